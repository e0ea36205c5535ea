import json, pytest, smtplib, subprocess

def send_reset(to):  # stands for your application
    mail = "From: app@wellsent.test\r\nTo: %s\r\nSubject: Reset your password\r\n\r\nhttps://app.example/reset?token=1\r\n"
    with smtplib.SMTP("127.0.0.1", 2525) as smtp:
        smtp.sendmail("app@wellsent.test", to, mail % to)

def inbox(*options):  # waits for an attempt to send, and takes it out of the inbox
    command = ["prebounce", "sandbox", "inbox", "inbox", "--wait", "10s", "--delete", "--format", "json", *options]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE).stdout)["reports"]

def test_the_link_arrives():
    send_reset("ada@acme.test")
    assert inbox("--to", "ada@acme.test", "--subject", "~^Reset")[0]["content"]["links"] == ["https://app.example/reset?token=1"]

def test_an_unknown_address_is_refused():
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send_reset("nobody@acme.test")
    assert inbox("--outcome", "refused")[0]["envelope"]["reply"].startswith("550 5.1.1")
