-- ABORT within a message and after one, a client of no known family, and a mail server that is suddenly gone.
conn = mt.connect("inet:" .. port .. "@127.0.0.1")
if conn == nil then error "no connection" end
if mt.conninfo(conn, "localhost", "unspec") ~= nil then error "CONNECT" end
if mt.mailfrom(conn, "<aborted@customer.example>") ~= nil then error "MAIL" end
if mt.rcptto(conn, "<anna@far.example>") ~= nil then error "RCPT" end
if mt.abort(conn) ~= nil then error "ABORT" end
if mt.mailfrom(conn, "<>") ~= nil then error "second MAIL" end
if mt.rcptto(conn, "<anna@far.example>") ~= nil then error "second RCPT" end
if mt.eom(conn) ~= nil then error "end of message" end
if mt.abort(conn) ~= nil then error "ABORT after the end" end
if mt.mailfrom(conn, "<lost@customer.example>") ~= nil then error "third MAIL" end
if mt.rcptto(conn, "<anna@far.example>") ~= nil then error "third RCPT" end
mt.disconnect(conn, false)
