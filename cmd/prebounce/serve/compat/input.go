package compat

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// mostColumns bounds what one row may bring.
const mostColumns = 200

// inputRow is a row as a client sends it: an object, an array, or an address alone.
type inputRow struct {
	names []string
	cells []string
}

// writeTable writes an array of rows as a list, with a column for each name that occurs.
func writeTable(to io.Writer, input json.RawMessage) (List, error) {
	var raw []json.RawMessage
	if json.Unmarshal(input, &raw) != nil || len(raw) == 0 {
		return List{}, wrong("invalid input: want an array of rows with addresses")
	}
	rows := make([]inputRow, len(raw))
	var header []string
	place := map[string]int{}
	for i, text := range raw {
		row, err := readRow(text)
		if err != nil {
			return List{}, err
		}
		rows[i] = row
		for _, name := range row.names {
			if _, there := place[name]; !there {
				place[name] = len(header)
				header = append(header, name)
			}
		}
		if len(header) > mostColumns {
			return List{}, wrong("the rows have too many columns")
		}
	}
	if len(header) == 0 {
		header = []string{"email"}
	}
	w := csv.NewWriter(to)
	_ = w.Write(header) // Flush remembers what fails
	for _, row := range rows {
		cells := make([]string, len(header))
		for i, name := range row.names {
			cells[place[name]] = row.cells[i]
		}
		if len(cells) == 1 && cells[0] == "" {
			cells[0] = " " // an empty line would be no row
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return List{Column: strconv.Itoa(1 + addressColumn(header, place, &rows[0]))}, w.Error()
}

// readRow reads one row. What has no name is called by its place, and the first that looks like an address, email.
func readRow(text json.RawMessage) (row inputRow, err error) {
	var values []json.RawMessage
	switch text = bytes.TrimSpace(text); {
	case bytes.HasPrefix(text, []byte("{")):
		return readObject(text)
	case bytes.HasPrefix(text, []byte("[")):
		err = json.Unmarshal(text, &values)
	default:
		values = []json.RawMessage{text}
	}
	if err != nil || len(values) > mostColumns {
		return row, wrong("invalid row: want up to " + strconv.Itoa(mostColumns) + " values")
	}
	named := false
	for i, v := range values {
		cell, name := cellOf(v), "column_"+strconv.Itoa(i+1)
		if !named && (strings.Contains(cell, "@") || len(values) == 1) {
			named, name = true, "email"
		}
		row.names, row.cells = append(row.names, name), append(row.cells, cell)
	}
	return row, nil
}

// readObject reads the fields of an object in their order; of two with the same name the later one counts.
func readObject(text []byte) (row inputRow, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	_, err = d.Token()
	for err == nil && d.More() {
		var name json.Token
		var v json.RawMessage
		if name, err = d.Token(); err == nil {
			err = d.Decode(&v)
		}
		if len(row.names) == mostColumns {
			return row, wrong("a row has too many columns")
		}
		text, _ := name.(string)
		row.names, row.cells = append(row.names, columnName(text)), append(row.cells, cellOf(v))
	}
	if err != nil {
		return row, wrong("invalid row: " + err.Error())
	}
	return row, nil
}

// columnName makes a name fit for a header.
func columnName(name string) string {
	if name = strings.TrimSpace(name); name == "" {
		return "column"
	}
	return name
}

// cellOf is a value as a cell: a text as it is, other values as JSON has them.
func cellOf(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	if string(v) == "null" {
		return ""
	}
	return string(v)
}

// addressColumn is the column that is called email or the like; else the first with an address in the first row.
func addressColumn(header []string, place map[string]int, first *inputRow) int {
	for i, name := range header {
		switch strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name)) {
		case "email", "emailaddress", "mail":
			return i
		}
	}
	for i, cell := range first.cells {
		if strings.Contains(cell, "@") {
			return place[first.names[i]]
		}
	}
	return 0
}
