import { test } from "node:test";
import assert from "node:assert";
import { readFileSync } from "node:fs";
import nodemailer from "nodemailer";
import { MailpitClient } from "mailpit-api";

// sendReset stands for your application.
const transport = nodemailer.createTransport({ host: "127.0.0.1", port: 2525 });
const sendReset = (to) => transport.sendMail({ from: "app@wellsent.test", to, subject: "Reset your password", text: "https://app.example/reset?token=1" });
const inbox = new MailpitClient("http://127.0.0.1:8025", { auth: { username: "ci", password: readFileSync("token", "utf8").trim() } });

test("the link arrives", async () => {
  await sendReset("ada@acme.test");
  const mail = await inbox.waitForMessage({ query: 'to:ada@acme.test subject:"Reset"' });
  assert.match(mail.Text, /^https:\/\/app\.example\/reset\?token=1/);
  await inbox.deleteMessagesBySearch({ query: "to:ada@acme.test" });
});

test("an unknown address is refused", () => assert.rejects(sendReset("nobody@acme.test"), { responseCode: 550 }));
