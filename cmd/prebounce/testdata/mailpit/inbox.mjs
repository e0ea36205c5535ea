// A test of an application's mail, with the unmodified client mailpit-api: node inbox.mjs URL TOKEN SMTP-PORT
import { createRequire } from "module";
import assert from "assert";
const require = createRequire(import.meta.url);
const load = (name) => require(require.resolve(name, { paths: [process.env.NODE_PATH] }));
const { MailpitClient } = load("mailpit-api");
const transport = load("nodemailer").createTransport({ host: "127.0.0.1", port: +process.argv[4] });
const inbox = new MailpitClient(process.argv[2], { auth: { username: "ci", password: process.argv[3] } });

assert.equal((await inbox.getInfo()).Messages, 0);
await transport.sendMail({
  from: '"The app" <app@wellsent.test>', to: "ada@acme.test", subject: "Reset your password",
  text: "https://app.example/reset?token=1", html: "<p>Reset it</p>", attachments: [{ filename: "a.txt", content: "AAA" }],
});
const mail = await inbox.waitForMessage({ query: 'to:ada@acme.test subject:"Reset your"' });
assert.equal(mail.From.Name, "The app");
assert.match(mail.Text, /reset\?token=1/);
assert.equal(mail.Attachments[0].FileName, "a.txt");
assert.equal(Buffer.from(await inbox.getMessageAttachment(mail.ID, mail.Attachments[0].PartID).then((b) => b.arrayBuffer?.() ?? b)).toString(), "AAA");
assert.match((await inbox.listMessages()).messages[0].Snippet, /^https:/);
assert.deepEqual((await inbox.getMessageHeaders(mail.ID)).Subject, ["Reset your password"]);
assert.equal(await inbox.renderMessageHTML(mail.ID), "<p>Reset it</p>");
assert.match(await inbox.getMessageSource(mail.ID), /^Return-Path: <app@wellsent.test>/);
await assert.rejects(transport.sendMail({ from: "app@wellsent.test", to: "nobody@acme.test", text: "x" }), { responseCode: 550 });
assert.equal((await inbox.listMessages()).total, 1);
await inbox.deleteMessagesBySearch({ query: "from:app" });
await inbox.waitForMessages({ count: 0 });
console.log("ok");
