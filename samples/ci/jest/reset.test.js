const { execFileSync } = require("child_process");
const transport = require("nodemailer").createTransport({ host: "127.0.0.1", port: 2525 });

// sendReset stands for your application; inbox waits for an attempt to send, and takes it out of the inbox.
const sendReset = (to) =>
  transport.sendMail({ from: "app@wellsent.test", to, subject: "Reset your password", text: "https://app.example/reset?token=1" });
const inbox = (...options) =>
  JSON.parse(execFileSync("prebounce", ["sandbox", "inbox", "inbox", "--wait", "10s", "--delete", "--check", "header", "--format", "json", ...options])).reports;

test("the link arrives", async () => {
  await sendReset("ada@acme.test");
  expect(inbox("--to", "ada@acme.test", "--subject", "~^Reset")[0].content.links).toEqual(["https://app.example/reset?token=1"]);
});

test("an unknown address is refused", async () => {
  await expect(sendReset("nobody@acme.test")).rejects.toMatchObject({ responseCode: 550 });
  expect(inbox("--outcome", "refused")[0].envelope.reply).toMatch(/^550 5\.1\.1/);
});
