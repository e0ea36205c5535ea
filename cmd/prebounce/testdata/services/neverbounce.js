const { addresses, key, tell, until } = require("./common");
const NeverBounce = require("neverbounce").default;
const at = new URL(process.env.BASE);
const open = (apiKey) => new NeverBounce({ apiKey, opts: { host: at.hostname, port: at.port } });

(async () => {
  const nb = open(key), single = {}, bulk = {};
  for (const a of addresses) {
    const v = await nb.single.check(a, true, true, 30);
    single[a] = v.getResult();
  }
  const rows = addresses.map((a, i) => ({ id: i, email: a, name: "Fred, " + i }));
  const { job_id } = await nb.jobs.create(rows, NeverBounce.job.inputType.supplied, "may.csv", false, true, false);
  const waiting = (await nb.jobs.status(job_id)).job_status;
  await nb.jobs.start(job_id);
  const job = await until(() => nb.jobs.status(job_id), (j) => j.job_status === "complete", (j) => j.job_status === "failed");
  const pages = [await nb.jobs.results(job_id, { page: 1, items_per_page: 3 })];
  for (let page = 2; page <= pages[0].total_pages; page++) pages.push(await nb.jobs.results(job_id, { page, items_per_page: 3 }));
  for (const r of pages.flatMap((p) => p.results)) bulk[r.data.email] = r.verification.result;
  const csv = await nb.jobs.download(job_id);
  const found = await nb.jobs.search({ job_id });
  await nb.jobs.delete(job_id);
  const gone = await nb.jobs.status(job_id).catch((e) => e.type);
  const wrong = await open("wrong").single.check(addresses[0]).catch((e) => e.type);
  tell({ single, bulk, wrong, waiting, name: job.filename, total: job.total, estimate: typeof job.bounce_estimate,
    lines: csv.trim().split("\n").length, header: csv.split("\n")[0], found: found.total_results, gone });
})();
