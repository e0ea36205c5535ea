// What openapi.yaml describes is valid, and a client made of it works.
const { key, tell, until } = require("./common");
const { OpenAPIClientAxios } = require("openapi-client-axios");

(async () => {
  const at = process.env.BASE + "/api/v1/openapi.yaml", authorization = "Bearer " + key;
  const text = await (await fetch(at, { headers: { authorization } })).text();
  const { Validator } = await import(require.resolve("@seriousme/openapi-schema-validator"));
  const validator = new Validator();
  const { valid, errors } = await validator.validate(text);

  const definition = validator.resolveRefs();
  const api = await new OpenAPIClientAxios({ definition, axiosConfigDefaults: { baseURL: process.env.BASE + "/api/v1",
    headers: { authorization }, validateStatus: () => true } }).init();
  const check = await api.postCheck(null, { address: "ann@gmial.com" });
  const made = await api.postRuns({ name: "may.csv", "Idempotency-Key": "may" }, "email\nada@acme.test\nno address\n",
    { headers: { "Content-Type": "text/csv" } });
  const again = await api.postRuns({ name: "may.csv", "Idempotency-Key": "may" }, "email\nada@acme.test\nno address\n",
    { headers: { "Content-Type": "text/csv" } });
  const id = made.data.id;
  const run = await until(() => api.getRunsId({ id }), (r) => r.data.state === "done", (r) => r.data.state === "failed");
  const report = await api.getRunsIdReportJson({ id });
  const clean = await api.getRunsIdFilesName({ id, name: "clean.csv" });
  const effect = await api.getRunsIdWhatIf({ id });
  const explained = await api.postExplain(null, { text: "550 5.1.1 User unknown" });
  const listed = await api.getRuns({ limit: 1 });
  const gone = await api.deleteRunsId({ id });
  tell({ valid, errors, version: validator.version, suggestion: check.data.results[0].suggestion, made: made.status,
    again: again.status, same: again.data.id === id, state: run.data.state, rows: report.data.rows, clean: clean.data,
    sent: effect.data.now.clean, replies: explained.data.replies.length, listed: listed.data.runs.length, gone: gone.status });
})();
