-- A refused recipient, then an accepted one, in one message.
conn = mt.connect("inet:" .. port .. "@127.0.0.1")
if conn == nil then error "no connection" end
if mt.conninfo(conn, "mail.customer.example", "192.0.2.7") ~= nil then error "CONNECT" end
if mt.mailfrom(conn, "<juergen@customer.example>") ~= nil then error "MAIL" end
if mt.rcptto(conn, "<anna@restricted.example>") ~= nil then error "first RCPT" end
if mt.getreply(conn) ~= SMFIR_REPLYCODE then error("first RCPT: reply " .. mt.getreply(conn)) end
if mt.rcptto(conn, "<berta@far.example>") ~= nil then error "second RCPT" end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("second RCPT: reply " .. mt.getreply(conn)) end
if mt.eom(conn) ~= nil then error "end of message" end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("end of message: reply " .. mt.getreply(conn)) end
mt.disconnect(conn)
