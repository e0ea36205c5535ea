package fleet

import "github.com/nats-io/nats-server/v2/server"

// rights are what the one of a name may say to the server and hear from it. The coordinator may do anything with what
// is ours and nothing besides. A worker may take questions, and its own copy of the key of a run; it may hand back
// answers and keep the shared limits. It may read neither a question that was handed to another, as that goes to the
// other's inbox, nor any answer, nor another's key.
func rights(name string, queues []string) *server.Permissions {
	if name == coordinator {
		return &server.Permissions{
			Publish:   allow("$JS.API.>", "$JS.ACK.>", "$KV.>", "pb"+protocol+".>"),
			Subscribe: allow(inbox("") + ".>"),
		}
	}
	get := func(bucket, key string) string {
		return "$JS.API.DIRECT.GET.KV_" + bucket + ".$KV." + bucket + "." + key
	}
	may := []string{
		"pb" + protocol + ".answer.*",
		"$JS.API.STREAM.INFO.KV_" + stateBucket, "$JS.API.STREAM.INFO.KV_" + runBucket,
		"$JS.API.STREAM.INFO.KV_" + workerBucket, "$JS.API.STREAM.INFO.KV_" + configBucket,
		get(configBucket, "settings"), get(configBucket, "drain."+name),
		get(workerBucket, name), "$KV." + workerBucket + "." + name,
		get(runBucket, "key.*."+name), get(runBucket, "work.>"), "$KV." + runBucket + ".work.>",
		get(runBucket, "stop.*"),
		get(stateBucket, ">"), "$KV." + stateBucket + ".>",
	}
	for _, queue := range append([]string{consumerOf("", name)}, queues...) {
		may = append(may, "$JS.API.CONSUMER.MSG.NEXT."+askStream+"."+queue, "$JS.API.CONSUMER.INFO."+askStream+"."+queue,
			"$JS.ACK."+askStream+"."+queue+".>")
	}
	return &server.Permissions{Publish: allow(may...), Subscribe: allow(inbox(name) + ".>")}
}

func allow(subjects ...string) *server.SubjectPermission {
	return &server.SubjectPermission{Allow: subjects}
}
