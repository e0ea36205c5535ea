package fleet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/prebounce/prebounce/probe"
)

// readTable is the program's table of operators with rows over it.
func readTable(rows string) (*probe.Rules, error) { return probe.ReadRules(strings.NewReader(rows)) }

// setUp makes the streams, buckets and queues of a fleet, or brings them up to date, and leaves its settings.
func (c *Conn) setUp(ctx context.Context, s *Serving) error {
	within, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, make := range []func(context.Context) error{c.makeStreams, c.makeBuckets} {
		if err := make(within); err != nil {
			return err
		}
	}
	rules, err := readTable(s.Operators)
	if err != nil {
		return err
	}
	c.pace = cmp.Or(s.Pace, 1)
	if err = c.makeQueues(within, rules, s.Workers); err != nil {
		return err
	}
	text, err := json.Marshal(settings{Table: s.Operators, Pace: c.pace})
	if err == nil {
		_, err = c.config.Put(within, "settings", text)
	}
	return err
}

func (c *Conn) makeStreams(ctx context.Context) error {
	for name, subjects := range map[string][]string{
		askStream:    {"pb" + protocol + ".ask.>", "pb" + protocol + ".at.>"},
		answerStream: {"pb" + protocol + ".answer.*"},
	} {
		if _, err := c.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{Name: name, Subjects: subjects,
			Storage: jetstream.FileStorage, Retention: jetstream.WorkQueuePolicy, MaxAge: runLife,
			Duplicates: 10 * time.Minute, Compression: jetstream.NoCompression}); err != nil {
			return err
		}
	}
	return nil
}

func (c *Conn) makeBuckets(ctx context.Context) (err error) {
	for _, b := range []struct {
		name string
		life time.Duration
		at   *jetstream.KeyValue
	}{{stateBucket, stateLife, &c.state}, {runBucket, runLife, &c.runs}, {workerBucket, workerLife, &c.workers},
		{configBucket, configLife, &c.config}} {
		if *b.at, err = c.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: b.name, History: 1, TTL: b.life,
			Storage: jetstream.FileStorage}); err != nil {
			return err
		}
	}
	return nil
}

// handedOut is how long a worker that gives no sign of life keeps a batch, and mostOut how many batches of a queue may
// be with workers, those included that they gave back for a while.
const (
	handedOut      = time.Minute
	leastHandedOut = 4 * time.Second // in a lab
	mostOut        = 20_000
)

// patience is handedOut at the fleet's pace.
func (c *Conn) patience() time.Duration {
	return max(time.Duration(float64(handedOut)/max(c.pace, 1)), leastHandedOut)
}

// makeQueues makes a queue for each operator of the table that may be asked, one for all others, and one for each
// worker.
func (c *Conn) makeQueues(ctx context.Context, rules *probe.Rules, workers []string) error {
	var err error
	for _, class := range classes(rules) {
		err = errors.Join(err, c.makeQueue(ctx, class, ""))
	}
	for _, name := range workers {
		err = errors.Join(err, c.makeQueue(ctx, "", name))
	}
	return err
}

// classes are the operators of the table that may be asked, and one for all others.
func classes(rules *probe.Rules) []string {
	all := []string{rest}
	for _, operator := range rules.Named() {
		if rules.Of(operator).Ask {
			all = append(all, operator)
		}
	}
	return all
}

func (c *Conn) makeQueue(ctx context.Context, class, worker string) error {
	_, err := c.js.CreateOrUpdateConsumer(ctx, askStream, jetstream.ConsumerConfig{Durable: consumerOf(class, worker),
		FilterSubject: askSubject(class, worker, "*"), AckPolicy: jetstream.AckExplicitPolicy, AckWait: c.patience(),
		MaxDeliver: -1, MaxAckPending: mostOut})
	return err
}
