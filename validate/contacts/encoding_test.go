package contacts

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/htmlindex"
)

// encode writes text in a code page, or in a wide encoding without a mark.
func encode(t testing.TB, name, text string) string {
	t.Helper()
	if w := wides[name]; w != nil {
		return string(w.widen(nil, []byte(text)))
	}
	page, err := htmlindex.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := page.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheEncodingIsFoundOut(t *testing.T) {
	const ascii = "id;name;email\n1;Ann;a@b.co\n2;Bob;b@b.co\n"
	for _, c := range []struct {
		name, encoding, mark, text, want string
		guessed                          bool
	}{
		{"ASCII is UTF-8", "utf-8", "", ascii, "UTF-8", false},
		{"UTF-8", "utf-8", "", "name;email\nJörg;a@b.co\n", "UTF-8", false},
		{"UTF-8 with a mark", "utf-8", "\xEF\xBB\xBF", ascii, "UTF-8", false},
		{"UTF-16LE with a mark", "UTF-16LE", "\xFF\xFE", ascii, "UTF-16LE", false},
		{"UTF-16BE with a mark", "UTF-16BE", "\xFE\xFF", ascii, "UTF-16BE", false},
		{"UTF-32LE with a mark", "UTF-32LE", "\xFF\xFE\x00\x00", ascii, "UTF-32LE", false},
		{"UTF-32BE with a mark", "UTF-32BE", "\x00\x00\xFE\xFF", ascii, "UTF-32BE", false},
		{"UTF-16LE without a mark", "UTF-16LE", "", ascii, "UTF-16LE", true},
		{"UTF-16BE without a mark", "UTF-16BE", "", ascii, "UTF-16BE", true},
		{"UTF-16LE without a mark, mostly Chinese", "UTF-16LE", "", "姓名;电子邮件\n" + strings.Repeat("张伟先生;a@b.co\n", 20),
			"UTF-16LE", true},
		{"UTF-32LE without a mark", "UTF-32LE", "", ascii, "UTF-32LE", true},
		{"UTF-32BE without a mark", "UTF-32BE", "", ascii, "UTF-32BE", true},
		{"German", "windows-1252", "", "Name;E-Mail-Adresse;Straße\nJürgen Groß;a@b.co;Königstraße 1\nÄnne " +
			"Müller;b@b.co;Bäckerweg\n", "Windows-1252", true},
		{"French with smart quotes", "windows-1252", "",
			"Nom;Adresse e-mail\nFrançois L’Hôpital;a@b.co\nHélène Noël;b@b.co\n", "Windows-1252", true},
		{"Spanish", "windows-1252", "", "Nombre;Correo electrónico\nJosé Núñez;a@b.co\nMaría Peña;b@b.co\n",
			"Windows-1252", true},
		{"Swedish", "windows-1252", "", "Namn;E-post\nÅsa Sjöström;a@b.co\nBjörn Hägg;b@b.co\n", "Windows-1252", true},
		{"Polish", "windows-1250", "", "Imię;Adres e-mail\nŁukasz Wąż;a@b.co\nGrażyna Święcka;b@b.co\nMałgorzata " +
			"Źdźbło;c@b.co\n", "Windows-1250", true},
		{"Czech", "windows-1250", "", "Jméno;E-mail\nJiří Dvořák;a@b.co\nRůžena Černá;b@b.co\nZdeněk " +
			"Šťastný;c@d.co\n", "Windows-1250", true},
		{"Hungarian", "windows-1250", "", "Név;E-mail\nGyőző Szőke;a@b.co\nJenő Fűtő;b@b.co\n", "Windows-1250", true},
		{"Turkish", "windows-1254", "", "Ad;E-posta\nIşıl Doğan;a@b.co\nGökşin Yıldız;b@b.co\n", "Windows-1254", true},
		{"Russian", "windows-1251", "", "Имя;Электронная почта\nИван Петров;a@b.co\nМария Щукина;b@b.co\n",
			"Windows-1251", true},
		{"Greek", "windows-1253", "", "Όνομα;email\nΓιώργος Παπαδόπουλος;a@b.co\nΜαρία Νικολάου;b@b.co\n",
			"Windows-1253", true},
		{"Japanese", "shift_jis", "", "名前;メールアドレス\n山田 太郎;a@b.co\n鈴木 さくら;b@b.co\n佐藤 ケンジ;c@b.co\n", "Shift_JIS", true},
		{"Japanese of Unix", "euc-jp", "", "名前;メールアドレス\n山田 太郎;a@b.co\n鈴木 さくら;b@b.co\n", "EUC-JP", true},
		{"Chinese", "gbk", "", "姓名;电子邮件\n张伟;a@b.co\n王芳;b@b.co\n李娜;c@b.co\n", "GBK", true},
		{"Traditional Chinese", "big5", "", "姓名;電子郵件\n陳志明;a@b.co\n林美玲;b@b.co\n黃先生;c@b.co\n", "BIG5", true},
		{"Korean", "euc-kr", "", "이름;이메일\n김철수;a@b.co\n이영희;b@b.co\n박지성;c@b.co\n", "EUC-KR", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := c.mark + encode(t, c.encoding, c.text)
			l := mustOpen(t, list, Options{})
			if got := l.Layout(); got.Encoding != c.want || got.Guessed != c.guessed {
				t.Fatalf("read as %s (guessed: %v), want %s", got.Encoding, got.Guessed, c.want)
			}
			if diff := cmp.Diff(strings.Split(c.text, "\n")[0], strings.Join(l.Layout().Names, ";")); diff != "" {
				t.Error(diff)
			}
			if got := keepAll(t, l, nil); got != list {
				t.Errorf("kept %q, want %q", got, list)
			}
		})
	}
}

// keepAll keeps every record of a pass.
func keepAll(t testing.TB, l *List, extra []string, values ...string) string {
	t.Helper()
	var out bytes.Buffer
	sink, err := l.NewSink(&out, extra)
	if err != nil {
		t.Fatal(err)
	}
	pass, err := l.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var rec Record
	part := sink.NewPart()
	for b, err := pass.Next(nil); err == nil; b, err = pass.Next(b) {
		part.Reset()
		for b.Next(&rec) {
			if extra == nil || rec.Kind == Row {
				part.Keep(&rec, values...)
			}
		}
		if err := sink.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestCellsAreUTF8WhateverTheList(t *testing.T) {
	for _, name := range []string{"windows-1252", "UTF-16LE", "UTF-32BE", "utf-8"} {
		l := mustOpen(t, encode(t, name, "E-Mail,Name\njörg@müller.example,Jörg\n\"é\"\"@b.co\"é,É\n"),
			Options{Encoding: name})
		rows := walk(t, l)
		if got, want := strings.Join(toldAll(rows), " "), "[header] jörg@müller.example é\"@b.coé"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestASecondByteIsNoDelimiter(t *testing.T) {
	// The second byte of 充 in Shift_JIS is 0x5B, of ポ 0x7C: the bar. In GBK 鄚 ends with it.
	for name, text := range map[string]string{
		"shift_jis": "名前|メール|町\nポール ポポ|a@b.co|ポ\nアンナ|\"c@d.co\"|\"ポ\nポ\"\n",
		"gbk":       "姓名|邮箱|町\n張鄚|a@b.co|町\n李娜|\"c@d.co\"|\"鄚\n鄚\"\n",
	} {
		l := mustOpen(t, encode(t, name, text), Options{Encoding: name, BlockSize: 8})
		rows := walk(t, l)
		if diff := cmp.Diff([]string{"[header]", "a@b.co", "c@d.co"}, toldAll(rows)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, r := range rows[1:] {
			if r.Fields != 3 {
				t.Errorf("%s: %q has %d fields", name, r.Raw, r.Fields)
			}
		}
	}
}

func TestWideListsComeBackToTheByte(t *testing.T) {
	for _, list := range []string{
		"\xff\xfea\x00@\x00b\x00.\x00c\x00o\x00\n\x00\x00\xd8\n\x00", // a lone high surrogate
		// a lone low one, and a pair at the end
		"\xff\xfea\x00@\x00b\x00.\x00c\x00o\x00\n\x00\x00\xdc\x3d\xd8\x00\xde",
		"\xfe\xff\x00a\x00@\x00b\x00.\x00c\x00o\x00\n\xd8", // half a unit at the end
		// no character, and a byte too many
		"\xff\xfe\x00\x00a\x00\x00\x00@\x00\x00\x00b\x00\x00\x00\xff\xff\xff\xff\x01",
	} {
		l := mustOpen(t, list, Options{Columns: []string{"1"}})
		if got := keepAll(t, l, nil); got != list {
			t.Errorf("kept %q, want %q", got, list)
		}
	}
}

func TestTextThatIsNoCodePageIsRefused(t *testing.T) {
	for _, name := range []string{"iso-2022-jp", "klingon", "utf-7"} {
		if _, err := memory(t, "a@b.co\n", Options{Encoding: name}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func FuzzWide(f *testing.F) {
	f.Add([]byte("a\x00\x00\xd8\x00\xdcx"), 3)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		for name, w := range wides {
			narrow, n := w.narrow(nil, data[:min(uint(cut), uint(len(data)))], false)
			narrow, _ = w.narrow(narrow, data[n:], true)
			if got := w.widen(nil, narrow); !bytes.Equal(got, data) {
				t.Fatalf("%s: %q came back as %q by way of %q", name, data, got, narrow)
			}
		}
	})
}
