#!/usr/bin/env python3
"""What `sendmail -t` is, for the tests: sends the message of its standard input to SMTP_PORT, to those of its headers."""
import email
import email.utils
import os
import smtplib
import sys

if sys.argv[1:] != ["-t", "-i"]:
    sys.exit(64)
raw = sys.stdin.buffer.read()
message = email.message_from_bytes(raw)
names = [address for _, address in email.utils.getaddresses(message.get_all("To", []) + message.get_all("Bcc", []))]
with smtplib.SMTP("127.0.0.1", int(os.environ["SMTP_PORT"])) as server:
    server.sendmail(message["From"], names, raw)
