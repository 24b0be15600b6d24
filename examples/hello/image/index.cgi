#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n%s from %s\n' "${GREETING:-Hello}" "$(hostname)"
