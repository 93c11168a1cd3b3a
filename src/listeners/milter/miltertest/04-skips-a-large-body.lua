-- After 4 KiB the filter has seen enough.
conn = mt.connect("inet:" .. port .. "@127.0.0.1")
if conn == nil then error "no connection" end
if mt.conninfo(conn, "mail.customer.example", "192.0.2.7") ~= nil then error "CONNECT" end
if mt.mailfrom(conn, "<juergen@customer.example>") ~= nil then error "MAIL" end
if mt.rcptto(conn, "<anna@far.example>") ~= nil then error "RCPT" end
if mt.bodystring(conn, string.rep("x", 4095)) ~= nil then error "first piece" end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("first piece: reply " .. mt.getreply(conn)) end
if mt.bodystring(conn, "y") ~= nil then error "second piece" end
if mt.getreply(conn) ~= SMFIR_SKIP then error("second piece: reply " .. mt.getreply(conn)) end
if mt.eom(conn) ~= nil then error "end of message" end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("end of message: reply " .. mt.getreply(conn)) end
mt.disconnect(conn)
