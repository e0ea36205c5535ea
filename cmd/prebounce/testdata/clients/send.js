const { PORT, TLS, LOGIN, SUBJECT } = process.env;
const transport = require("nodemailer").createTransport({
  host: "localhost", port: PORT, secure: TLS === "implicit",
  ...(LOGIN && { auth: { user: "app", pass: "secret" } }),
});
transport.sendMail({ from: "app@wellsent.test", to: "ada@acme.test", subject: SUBJECT, text: "hello" });
