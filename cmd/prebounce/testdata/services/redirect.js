// Leads connections to a name to the server under test, as a line in the file of hosts does. The name stays that of
// the certificate.
const tls = require("tls");

module.exports = (name) => {
  const connect = tls.connect, to = new URL(process.env.BASE);
  tls.connect = (options, ...rest) => connect.call(tls, options.servername === name
    ? { ...options, host: to.hostname, port: Number(to.port) } : options, ...rest);
};
