// The Lua program that sends requests once more: those of backends with mirrors. It runs beside the request, whose answer waits for
// nothing, and sends to the door's inner socket (inner.ts), so that a mirror has endpoints and a policy as any backend.

/** Requests that one thread may have under way to mirrors; others are not sent. */
const MOST = 128;

/** `socket`: address of the inner socket, as HAProxy writes it. */
export const mirrorLua = (socket: string): string => `
local drawn = {}

local function is_drawn(name, share, of)
  local key = name .. '/' .. share .. '/' .. of
  local at = (drawn[key] or math.random()) + 0.6180339887498949
  drawn[key] = at % 1
  return drawn[key] * of < share
end

local not_sent = { connection = true, ['content-length'] = true, ['transfer-encoding'] = true, upgrade = true, te = true, expect = true }
local under_way = 0

core.register_action('mirror', { 'http-req' }, function(txn)
  -- A part of a body is none.
  if txn.f:req_body_size() > txn.f:req_body_len() then return end
  local request
  for name, share, of in txn:get_var('txn.mirrors'):gmatch('([^/;]+)/(%d+)/(%d+)') do
    if under_way < ${MOST} and is_drawn(name, tonumber(share), tonumber(of)) then
      if not request then
        local headers = {}
        for key, values in pairs(txn.http:req_get_headers()) do
          if not not_sent[key] then
            headers[key] = {}
            for i = 0, #values do headers[key][i + 1] = values[i] end
          end
        end
        headers['x-door-method'] = { txn.f:method() }
        request = {
          url = 'http://door' .. txn.f:pathq(),
          headers = headers,
          body = txn.f:req_body(),
          dst = '${socket}',
          timeout = 15000
        }
      end
      local sent = { url = request.url, headers = {}, body = request.body, dst = request.dst, timeout = request.timeout }
      for key, values in pairs(request.headers) do sent.headers[key] = values end
      sent.headers['x-door-to'] = { name }
      under_way = under_way + 1
      core.register_task(function()
        -- What answers HEAD has no body, which the client has to know.
        local way = sent.headers['x-door-method'][1] == 'HEAD' and 'head' or 'post'
        pcall(function() local client = core.httpclient(); client[way](client, sent) end)
        under_way = under_way - 1
      end)
    end
  end
end, 0)
`;
