package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"os"
	"path"
	"slices"
	"time"
)

// member is one file of an archive. It says nothing of who packed it.
type member struct {
	name string
	text []byte
	mode os.FileMode
}

// kind is how a system likes its programs.
type kind struct {
	exe, ext string
	pack     func([]member, time.Time) ([]byte, error)
}

func kindFor(system string) kind {
	if system == "windows" {
		return kind{".exe", ".zip", packZip}
	}
	return kind{"", ".tar.gz", packTar}
}

// within puts files into a folder, in the order of their names.
func within(folder string, members []member) (all []member) {
	for _, m := range members {
		m.name = path.Join(folder, m.name)
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	return all
}

func packTar(members []member, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(z)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: int64(m.mode.Perm()), Size: int64(len(m.text)), ModTime: at,
			Format: tar.FormatUSTAR}
		if m.mode&os.ModeSymlink != 0 { // its text is where it leads
			h.Typeflag, h.Linkname, h.Size, m.text = tar.TypeSymlink, string(m.text), 0, nil
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(m.text); err != nil {
			return nil, err
		}
	}
	err = errors.Join(w.Close(), z.Close())
	return b.Bytes(), err
}

func packZip(members []member, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: at}
		h.SetMode(m.mode)
		to, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(m.text); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}
