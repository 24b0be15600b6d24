// The Lua program that chooses: for requests of which txn.to names a choice, the first branch whose conditions hold. Each thread has its
// own. Weights take their shares in a sequence whose steps are the golden ratio: of n requests each backend gets its share
// within a few, and no two choices go in step. A choice is read with its first request: the start of a process, which every change of a
// route waits for, only finds where each begins. No garbage is looked for meanwhile.

/** `file`: absolute path of the choices, of letters, digits, '.', '-', '_' and '/'. */
export const chooseLua = (file: string): string => `
collectgarbage('stop')
core.register_init(function() collectgarbage('restart') end)

local texts, read = {}, {}
local file = assert(io.open('${file}'))
for name, text in file:read('a'):gmatch('choice\\t(=%d+)(.-)\\n\\n') do texts[name] = text end
file:close()

local function branches(text)
  local found, branch = {}, nil
  for line in text:gmatch('[^\\n]+') do
    local field = {}
    for part in (line .. '\\t'):gmatch('(.-)\\t') do field[#field + 1] = part end
    branch = branch or { when = {}, to = {}, total = 0, at = math.random() }
    if field[1] == 'when' then
      branch.when[#branch.when + 1] = { kind = field[2], name = field[3], value = field[4] }
    elseif field[1] == 'to' then
      branch.total = branch.total + tonumber(field[3])
      branch.to[#branch.to + 1] = { name = field[2], below = branch.total }
    else
      found[#found + 1], branch = branch, nil
    end
  end
  return found
end

local function choice(name)
  local found = read[name]
  if not found and texts[name] then
    found = branches(texts[name])
    read[name], texts[name] = found, nil
  end
  return found or {}
end

local function header(txn, name)
  local count = txn.f:req_fhdr_cnt(name)
  if count == 0 then return nil end
  local value = txn.f:req_fhdr(name, 1)
  for i = 2, count do value = value .. ',' .. txn.f:req_fhdr(name, i) end
  return value
end

local holds = {
  header = function(txn, when) return header(txn, when.name) == when.value end,
  cookie = function(txn, when) return txn.f:req_cook(when.name) == when.value end,
  query = function(txn, when)
    local value = txn.f:url_param(when.name)
    return value ~= nil and txn.c:url_dec(value, 1) == when.value
  end,
  method = function(txn, when) return txn.f:method() == when.value end,
  tail = function(txn, when) return txn:get_var('txn.path'):sub(-#when.value) == when.value end,
  share = function(txn, when) return txn.f:rand(tonumber(when.name)) < tonumber(when.value) end,
}

local function all(txn, conditions)
  for _, when in ipairs(conditions) do
    if not holds[when.kind](txn, when) then return false end
  end
  return true
end

local function drawn(one)
  if #one.to == 1 then return one.to[1].name end
  one.at = (one.at + 0.6180339887498949) % 1
  local at = one.at * one.total
  for _, to in ipairs(one.to) do
    if at < to.below then return to.name end
  end
  return one.to[#one.to].name
end

core.register_action('choose', { 'http-req', 'tcp-req' }, function(txn)
  for _, one in ipairs(choice(txn:get_var('txn.to'))) do
    if all(txn, one.when) then
      txn:set_var('txn.to', drawn(one))
      return
    end
  end
  txn:unset_var('txn.to')
end, 0)
`;
