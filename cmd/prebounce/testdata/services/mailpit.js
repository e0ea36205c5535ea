const { key, tell } = require("./common");
const { MailpitClient } = require("mailpit-api");
const open = (password) => new MailpitClient(process.env.BASE, { auth: { username: "anybody", password } });

(async () => {
  const mail = open(key);
  const welcome = await mail.waitForMessage({ query: 'subject:Welcome to:"ada@acme.test"' });
  const all = await mail.listMessages();
  const headers = await mail.getMessageHeaders(welcome.ID);
  const source = await mail.getMessageSource();
  const none = await mail.searchMessages({ query: "subject:nothing" });
  const removed = await mail.deleteMessagesBySearch({ query: "subject:Welcome" });
  const left = await mail.listMessages();
  await mail.deleteMessages();
  const empty = await mail.waitForMessages({ count: 0 });
  const wrong = await open("wrong").listMessages().catch((e) => e.message.includes(" 401 "));
  tell({ subject: welcome.Subject, to: welcome.To[0].Address, text: welcome.Text.trim(), all: all.messages_count,
    header: headers["X-Campaign"], source: source.includes("Subject: Goodbye"), none: none.messages_count, removed,
    left: left.messages.map((m) => m.Subject), empty: empty.messages_count, wrong });
})();
