-- The message that tips the sum; the next one of the same session passes.
conn = mt.connect("inet:" .. port .. "@127.0.0.1")
if conn == nil then error "no connection" end
if mt.conninfo(conn, "mail.customer.example", "192.0.2.7") ~= nil then error "CONNECT" end
if mt.mailfrom(conn, "<tips@customer.example>") ~= nil then error "MAIL" end
if mt.rcptto(conn, "<anna@far.example>") ~= nil then error "RCPT" end
if mt.bodyrandom(conn, 3000) ~= nil then error "body" end
if mt.eom(conn) ~= nil then error "end of message" end
if mt.getreply(conn) ~= SMFIR_REPLYCODE then error("end of message: reply " .. mt.getreply(conn)) end
if mt.mailfrom(conn, "<juergen@customer.example>") ~= nil then error "second MAIL" end
if mt.rcptto(conn, "<anna@far.example>") ~= nil then error "second RCPT" end
if mt.eom(conn) ~= nil then error "second end of message" end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("second end of message: reply " .. mt.getreply(conn)) end
mt.disconnect(conn)
