import os, smtplib, ssl
from email.message import EmailMessage

mail = EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "app@wellsent.test", "ada@acme.test", os.environ["SUBJECT"]
mail.set_content("hello")
port, tls = int(os.environ["PORT"]), os.environ["TLS"]
with (smtplib.SMTP_SSL if tls == "implicit" else smtplib.SMTP)("localhost", port) as smtp:
    if tls == "starttls":
        smtp.starttls(context=ssl.create_default_context())
    if os.environ["LOGIN"]:
        smtp.login("app", "secret")
    smtp.send_message(mail)
