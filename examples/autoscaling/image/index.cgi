#!/bin/sh
# Some hundredths of a second of work.
i=0
while [ $i -lt 10000 ]; do i=$((i + 1)); done
printf 'Content-Type: text/plain\r\n\r\ndone\n'
