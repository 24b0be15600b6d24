// The Lua program that asks another server whether a request may pass: those of backends with `asked`. It asks by HAProxy's own HTTP client
// over the door's inner socket (inner.ts), so that the other server has endpoints and a policy as any backend. No answer is a refusal.

/** `file`: whom to ask how, in lines of fields with tabs between (policy/asked.ts). `socket`: address of the inner socket. */
export const askedLua = (file: string, socket: string): string => `
local all = {}
for text in io.lines('${file}') do
  local field = {}
  for part in (text .. '\\t'):gmatch('(.-)\\t') do field[#field + 1] = part end
  local names = function(list)
    local found = {}
    for name in list:gmatch('[^,]+') do found[#found + 1] = name:lower() end
    return found
  end
  all[field[1]] = {
    backend = field[2], path = field[3], alone = field[4] == 'alone', sign_in = field[5],
    send = names(field[6]), receive = names(field[7])
  }
end

-- Those of one connection; lengths are written anew.
local own = {
  connection = true, ['keep-alive'] = true, ['content-length'] = true, ['transfer-encoding'] = true, upgrade = true, te = true,
  trailer = true, expect = true, ['proxy-connection'] = true
}

local function values_of(headers, name)
  local found = {}
  local values = headers[name]
  if values then
    for i = 0, #values do
      if values[i] ~= nil then found[#found + 1] = values[i] end
    end
  end
  return found
end

local function escaped(text)
  return (text:gsub('[^A-Za-z0-9._~-]', function(one) return string.format('%%%02X', one:byte()) end))
end

local function question(txn, one, headers)
  local method = txn.f:method()
  local sent = {}
  if one.alone then
    for name in pairs(headers) do
      if not own[name] then sent[name] = values_of(headers, name) end
    end
    sent['x-original-method'] = { method }
    sent['x-original-url'] = { txn:get_var('txn.url') }
    sent['x-auth-request-redirect'] = { txn.f:pathq() }
    method = 'GET'
  else
    for _, name in ipairs({ 'authorization', table.unpack(one.send) }) do
      if headers[name] and not own[name] then sent[name] = values_of(headers, name) end
    end
  end
  sent.host = values_of(headers, 'host')
  sent['x-door-to'] = { one.backend }
  sent['x-door-method'] = { method }
  local path = one.alone and one.path or (one.path .. txn.f:pathq())
  return method, { url = 'http://door' .. path, headers = sent, dst = '${socket}', timeout = 10000 }
end

local function refuse(txn, status, reason, headers, body)
  local reply = txn:reply()
  reply:set_status(status, reason)
  for _, header in ipairs(headers) do reply:add_header(header[1], header[2]) end
  if body then reply:set_body(body) end
  txn:done(reply)
end

core.register_action('asked', { 'http-req' }, function(txn)
  local one = all[txn:get_var('txn.asked')]
  local headers = txn.http:req_get_headers()
  local method, request = question(txn, one, headers)
  local client = core.httpclient()
  local done, answer = pcall(function()
    if method == 'HEAD' then return client:head(request) end
    return client:get(request)
  end)
  for _, name in ipairs(one.receive) do txn.http:req_del_header(name) end
  if not done or not answer or answer.status < 100 or answer.status >= 600 then
    return refuse(txn, 503, 'Service Unavailable', {}, 'the server that decides about this request does not answer')
  end
  if answer.status >= 200 and answer.status < 300 then
    for _, name in ipairs(one.receive) do
      for _, value in ipairs(values_of(answer.headers, name)) do txn.http:req_add_header(name, value) end
    end
    return
  end
  if answer.status == 401 and one.sign_in ~= '' then
    return refuse(txn, 302, 'Found', { { 'location', one.sign_in .. escaped(txn:get_var('txn.url')) } })
  end
  local passed = {}
  for name in pairs(answer.headers) do
    if not own[name] then
      for _, value in ipairs(values_of(answer.headers, name)) do passed[#passed + 1] = { name, value } end
    end
  end
  refuse(txn, answer.status, answer.reason or '', passed, answer.body)
end, 0)
`;
