package fleet

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// journal is what a later process needs to take up a run.
type journal struct {
	Run     string    `json:"run"`
	Key     runKey    `json:"key"`
	Epoch   int       `json:"epoch"` // how many processes have had it
	Began   time.Time `json:"began"`
	stopped bool
}

// begin makes a run, or takes up the one of the journal, once.
func (c *Coordinator) begin(ctx context.Context) error {
	if c.crew != nil {
		return nil
	}
	if err := c.Conn.dialled(); err != nil {
		return err
	}
	if c.Tell == nil {
		c.Tell = func(string) {}
	}
	c.open = make(map[int]int)
	err := c.run.read(c.Journal)
	if err == nil {
		err = c.run.write(c.Journal)
	}
	if err != nil {
		return err
	}
	if err = c.Conn.setClock(ctx, c.Conn.runs, "clock."+c.run.Run, nil); err != nil {
		return err
	}
	if c.run.Epoch > 1 { // what an earlier process has taken and not kept comes again, in its old order
		err = c.Conn.js.DeleteConsumer(ctx, answerStream, c.consumer())
		if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
			return err
		}
	}
	c.answers, err = c.Conn.js.CreateOrUpdateConsumer(ctx, answerStream, jetstream.ConsumerConfig{Durable: c.consumer(),
		FilterSubject: answerSubject(c.run.Run), AckPolicy: jetstream.AckExplicitPolicy, AckWait: c.Conn.patience(),
		MaxAckPending: 4096, InactiveThreshold: runLife})
	if err != nil {
		return err
	}
	if c.run.Epoch > 1 {
		if err = c.earlier.find(ctx, c.Conn, &c.run); err != nil {
			return err
		}
	}
	c.crew, err = muster(ctx, c.Conn, c.run.Run, c.run.Key)
	return err
}

func (c *Coordinator) consumer() string { return "answers_" + c.run.Run }

// read reads a journal, or begins one.
func (j *journal) read(path string) error {
	fresh := journal{Run: strings.ToLower(rand.Text()), Key: newRunKey(), Epoch: 1, Began: time.Now()}
	text, err := os.ReadFile(path)
	if path == "" || errors.Is(err, os.ErrNotExist) {
		*j = fresh
		return nil
	}
	if err != nil {
		return err
	}
	if json.Unmarshal(text, j) != nil || j.Run == "" || time.Since(j.Began) > runLife {
		*j = fresh // of a run of which the server has nothing any more
		return nil
	}
	j.Epoch++
	return nil
}

func (j *journal) write(path string) error {
	if path == "" {
		return nil
	}
	text, err := json.Marshal(j)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = replace(path, text)
	}
	return err
}

func (j *journal) remove(path string) error {
	if path == "" {
		return nil
	}
	return os.Remove(path)
}
