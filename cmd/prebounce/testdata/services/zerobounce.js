// The client is for browsers: it saves a file by a link. Its bulk routes have a host of their own, which is led here.
require("./redirect")("bulkapi.zerobounce.net");
const { addresses, key, tell, until } = require("./common");
let saved;
global.document = { createElement: () => ({ click() {} }), body: { appendChild() {}, removeChild() {} } };
global.window = { navigator: {}, URL: { createObjectURL: (blob) => { saved = blob; }, revokeObjectURL() {} } };
const ZeroBounceSDK = require("@zerobounce/zero-bounce-sdk");
const open = (key) => { const z = new ZeroBounceSDK(); z.init(key, process.env.BASE + "/v2"); return z; };

(async () => {
  const z = open(key), single = {}, bulk = {};
  for (const a of addresses) {
    const v = await z.validateEmail(a, { timeout: 30 });
    single[a] = v.status + " " + v.sub_status;
  }
  const list = "name,email\n" + addresses.map((a, i) => i + "," + JSON.stringify(a)).join("\n") + "\n";
  const sent = await z.sendFile({ file: new File([list], "may.csv"), email_address_column: 2, has_header_row: true });
  const early = await z.getFile(sent.file_id).catch((e) => String(e));
  const job = await until(() => z.getFileStatus(sent.file_id), (j) => j.file_status === "Complete", (j) => j.file_status === "Failed");
  const name = await z.getFile(sent.file_id);
  for (const line of (await saved.text()).trim().split("\n").slice(1)) {
    const cells = line.split(",");
    bulk[addresses[cells[0]]] = cells[2] + " " + cells[3];
  }
  const once = await z.sendFile({ file: new File([list], "once.csv"), email_address_column: 2, has_header_row: true, remove_duplicate: true });
  await until(() => z.getFileStatus(once.file_id), (j) => j.file_status === "Complete", (j) => j.file_status === "Failed");
  const all = (await saved.text()).trim().split("\n").length;
  await z.getFile(once.file_id);
  const batch = await z.validateBatch(addresses.map((a) => ({ email_address: a })));
  const gone = await z.deleteFile(sent.file_id);
  const wrong = await open("wrong").validateEmail(addresses[0]).catch((e) => String(e));
  tell({ single, bulk, wrong, name: job.file_name, percent: job.complete_percentage, early, saved: name,
    batch: batch.email_batch.map((v) => v.status), gone: gone.success, left: all - (await saved.text()).trim().split("\n").length,
    after: (await z.getFileStatus(sent.file_id)).success, credits: Number((await z.getCredits()).Credits) > 0 });
})();
