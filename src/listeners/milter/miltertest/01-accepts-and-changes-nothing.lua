-- A message passes as it is; the filter asks for no change and needs no answer to most events.
conn = mt.connect("inet:" .. port .. "@127.0.0.1")
if conn == nil then error "no connection" end

function expect(what, reply)
	if mt.getreply(conn) ~= reply then error(what .. ": reply " .. mt.getreply(conn)) end
end

if mt.conninfo(conn, "mail.customer.example", "192.0.2.7") ~= nil then error "CONNECT" end
expect("CONNECT", SMFIR_CONTINUE)
for _, action in ipairs({ SMFIF_ADDHDRS, SMFIF_CHGHDRS, SMFIF_CHGBODY, SMFIF_ADDRCPT, SMFIF_DELRCPT, SMFIF_QUARANTINE }) do
	if mt.test_action(conn, action) then error("asks for action " .. action) end
end
for _, step in ipairs({ SMFIP_NOUNKNOWN, SMFIP_NODATA, SMFIP_NOEOH, SMFIP_SKIP, SMFIP_RCPT_REJ, SMFIP_NR_HDR, SMFIP_NR_HELO, SMFIP_NR_MAIL }) do
	if not mt.test_option(conn, step) then error("does not ask for step " .. step) end
end

if mt.helo(conn, "mail.customer.example") ~= nil then error "HELO" end
mt.macro(conn, SMFIC_MAIL, "{auth_authen}", "Juergen", "i", "4X1")
if mt.mailfrom(conn, "<juergen@customer.example>", "SIZE=100") ~= nil then error "MAIL" end
if mt.rcptto(conn, "<anna@far.example>") ~= nil then error "RCPT" end
expect("RCPT", SMFIR_CONTINUE)
if mt.header(conn, "From", "Juergen <juergen@customer.example>") ~= nil then error "From" end
if mt.header(conn, "Subject", "Invoice 7") ~= nil then error "Subject" end
if mt.bodystring(conn, "Please find the invoice.\r\n") ~= nil then error "body" end
expect("body", SMFIR_CONTINUE)
if mt.eom(conn) ~= nil then error "end of message" end
expect("end of message", SMFIR_CONTINUE)
for _, change in ipairs({ MT_HDRADD, MT_HDRCHANGE, MT_HDRINSERT, MT_HDRDELETE, MT_BODYCHANGE, MT_QUARANTINE }) do
	if mt.eom_check(conn, change) then error("changes the message: " .. change) end
end
mt.disconnect(conn)
