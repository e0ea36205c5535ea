package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// This file is about a second start: it opens the page of the first, so that a folder of runs has one server.

// running is where a server is, as it wrote it down for later starts. Its key is good as long as it runs.
type running struct {
	Address string `json:"address"`
	Key     string `json:"key"`
}

func runningIn(dir string) string { return filepath.Join(dir, ".serve.json") }

// note writes down where the server is, readable for nobody else; the returned function takes that away.
func (r running) note(dir string) (forget func(), err error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	path := runningIn(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return func() { os.Remove(path) }, os.WriteFile(path, b, 0o600)
}

// earlierServer finds the server of an earlier start that still answers; nil if there is none.
func earlierServer(ctx context.Context, dir string) *running {
	b, err := os.ReadFile(runningIn(dir))
	if err != nil {
		return nil
	}
	r := &running{}
	if json.Unmarshal(b, r) != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if _, err := r.link(ctx); err != nil {
		return nil
	}
	return r
}

// link asks the server for a link that works once.
func (r *running) link(ctx context.Context) (string, error) {
	a, err := r.post(ctx, "/link", "", nil)
	if err != nil {
		return "", err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(io.LimitReader(a.Body, 1000))
	if err != nil || a.StatusCode != http.StatusOK {
		return "", fmt.Errorf("asking for a link: %s: %w", a.Status, errors.Join(err, errors.ErrUnsupported))
	}
	return string(b), nil
}

func (r *running) post(ctx context.Context, path, kind string, body io.Reader) (*http.Response, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, r.Address+path, body)
	if err != nil {
		return nil, err
	}
	q.Header.Set("Authorization", "Bearer "+r.Key)
	if kind != "" {
		q.Header.Set("Content-Type", kind)
	}
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, // no proxy: it is this computer
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return c.Do(q)
}

// take streams lists to the server, which makes a run of them, and returns the path of its page without a
// slash at the front.
func (r *running) take(ctx context.Context, lists []string) (string, error) {
	if len(lists) == 0 {
		return "", nil
	}
	from, to := io.Pipe()
	form := multipart.NewWriter(to)
	go func() { to.CloseWithError(errors.Join(addFiles(form, lists), form.Close())) }()
	a, err := r.post(ctx, "/runs", form.FormDataContentType(), from)
	from.Close() // whoever still writes may stop
	if err != nil {
		return "", err
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusSeeOther {
		return "", fmt.Errorf("the pages that are open already did not take the lists: %s", a.Status)
	}
	return strings.TrimPrefix(a.Header.Get("Location"), "/"), nil
}

func addFiles(form *multipart.Writer, paths []string) error {
	for _, path := range paths {
		part, err := form.CreateFormFile("list", filepath.Base(path))
		if err != nil {
			return err
		}
		if err := withFile(path, func(f *os.File) error { _, err := io.Copy(part, f); return err }); err != nil {
			return err
		}
	}
	return nil
}
