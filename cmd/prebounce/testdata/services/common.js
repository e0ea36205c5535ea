exports.addresses = JSON.parse(process.env.ADDRESSES);
exports.key = process.env.KEY;
exports.tell = (v) => console.log(JSON.stringify(v));

exports.until = async (ask, done, failed) => {
  for (;;) {
    const v = await ask();
    if (done(v)) return v;
    if (failed(v)) throw new Error(JSON.stringify(v));
    await new Promise((next) => setTimeout(next, 50));
  }
};
