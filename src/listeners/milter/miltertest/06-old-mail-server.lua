-- Protocol 2 knows neither SKIP nor events without an answer: all are answered.
conn = mt.connect("inet:" .. port .. "@127.0.0.1")
if conn == nil then error "no connection" end
if mt.negotiate(conn, 2, 0x3f, 0x7f) ~= nil then error "negotiation" end

function expect(what, failure, reply)
	if failure ~= nil then error(what .. ": " .. failure) end
	if mt.getreply(conn) ~= reply then error(what .. ": reply " .. mt.getreply(conn)) end
end

expect("CONNECT", mt.conninfo(conn, "mail.customer.example", "192.0.2.7"), SMFIR_CONTINUE)
expect("HELO", mt.helo(conn, "mail.customer.example"), SMFIR_CONTINUE)
expect("MAIL", mt.mailfrom(conn, "<juergen@customer.example>"), SMFIR_CONTINUE)
expect("RCPT", mt.rcptto(conn, "<anna@far.example>"), SMFIR_CONTINUE)
expect("header field", mt.header(conn, "Subject", "old"), SMFIR_CONTINUE)
expect("body", mt.bodystring(conn, string.rep("x", 10000)), SMFIR_CONTINUE)
expect("end of message", mt.eom(conn), SMFIR_CONTINUE)
mt.disconnect(conn)
