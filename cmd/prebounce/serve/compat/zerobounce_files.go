package compat

import (
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
)

// form is what comes with a file. The key may come after it.
type form struct {
	values map[string]string
	list   List
	files  int
}

// Bounds of a form.
const (
	mostFields   = 50
	longestField = 4096
)

// receive reads a form, and writes its file to list.
func (f *form) receive(r *multipart.Reader, list io.Writer) error {
	f.values = map[string]string{}
	for range mostFields {
		part, err := r.NextPart()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = f.part(part, list)
		}
		if err != nil {
			return err
		}
	}
	return wrong("the form has too many fields")
}

func (f *form) part(p *multipart.Part, list io.Writer) error {
	if p.FileName() == "" || p.FormName() != "file" {
		value, err := io.ReadAll(io.LimitReader(p, longestField))
		f.values[p.FormName()] = string(value)
		return err
	}
	if f.files++; f.files > 1 {
		return wrong("want one file")
	}
	f.list.Name = p.FileName()
	_, err := io.Copy(list, p)
	return err
}

// sendFile makes a job of a file.
func (z *zeroBounce) sendFile(r *http.Request) (any, error) {
	body, done, err := z.api.body(r, mostUpload)
	if err != nil {
		return nil, err
	}
	defer done()
	r.Body = io.NopCloser(body)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, wrong("want a form with a file")
	}
	j, err := z.api.createAndStart("zerobounce", func(list io.Writer) (List, error) {
		var f form
		err := f.receive(parts, list)
		if err == nil {
			err = z.api.Engine.Admit(f.key(r), true, 1)
		}
		if err == nil {
			err = f.check()
		}
		return f.list, err
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"success": true, "message": "File Accepted", "file_name": j.Name, "file_id": j.ID}, nil
}

func (f *form) key(r *http.Request) string {
	if key := zeroBounceKey(r); key != "" {
		return key
	}
	return f.values["api_key"]
}

// check reads what the form says of its file.
func (f *form) check() error {
	column := f.values["email_address_column"]
	n, err := strconv.Atoi(column)
	switch {
	case f.files == 0:
		return wrong("want a form with a file")
	case f.values["return_url"] != "":
		return errCallback
	case column != "" && (err != nil || n < 1):
		return wrong("invalid email_address_column: want a number from 1")
	}
	f.list.Column, f.list.Once = column, strings.EqualFold(f.values["remove_duplicate"], "true")
	return nil
}

// ofFile finds the job of a request.
func (z *zeroBounce) ofFile(r *http.Request) (*Job, error) {
	if err := z.api.Engine.Admit(zeroBounceKey(r), true, 1); err != nil {
		return nil, err
	}
	id := r.URL.Query().Get("file_id")
	j, err := z.api.job("zerobounce", NumberOf(id))
	if err == nil && j.ID != id {
		return nil, errNoJob
	}
	return j, err
}

var zeroBounceStates = map[State]string{Open: "Queued", Queued: "Queued", Running: "Processing", Done: "Complete",
	Failed: "Failed"}

func (z *zeroBounce) fileStatus(r *http.Request) (any, error) {
	j, err := z.ofFile(r)
	if err != nil {
		return nil, err
	}
	return map[string]any{"success": true, "file_id": j.ID, "file_name": j.Name,
		"upload_date": j.Made.UTC().Format("2006-01-02T15:04:05Z"), "file_status": zeroBounceStates[j.State],
		"complete_percentage": strconv.Itoa(j.Percent) + "%", "error_reason": textOrNull(j.Why),
		"return_url": nil}, nil
}

var zeroBounceColumns = []string{"ZB Status", "ZB Sub Status", "ZB Account", "ZB Domain", "ZB Free Email",
	"ZB MX Found", "ZB MX Record", "ZB Did You Mean"}

func (z *zeroBounce) getFile(r *http.Request) (any, error) {
	j, err := z.ofFile(r)
	if err == nil && j.State != Done {
		err = errNotDone
	}
	if err != nil {
		return nil, err
	}
	return z.api.table(j, "text/csv; charset=utf-8", zeroBounceColumns, func(row *Row) []string {
		if j.Once && row.Duplicate {
			return nil
		}
		a := zeroBounceOf(&row.Finding)
		return []string{a.Status, a.SubStatus, orEmpty(a.Account), orEmpty(a.Domain),
			strings.ToUpper(strconv.FormatBool(a.FreeEmail)), orEmpty(a.MXFound), orEmpty(a.MXRecord),
			row.Suggestion}
	}), nil
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (z *zeroBounce) deleteFile(r *http.Request) (any, error) {
	j, err := z.ofFile(r)
	if err == nil {
		err = z.api.Engine.Delete(j.ID)
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{"success": true, "message": "File Deleted", "file_name": j.Name, "file_id": j.ID}, nil
}
