//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPagesFitTheScreen looks at every page on a desk and on a telephone: nothing sticks out at the side.
// With -artifacts it leaves pictures, in light and dark.
func TestPagesFitTheScreen(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	everyPage(t, ctx, func(name string) {
		for _, width := range []int64{1280, 390} {
			do(t, ctx, chromedp.EmulateViewport(width, 900))
			over := ask[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`)
			if over > 0 {
				t.Errorf("%s is %d pixels too wide for %d", name, over, width)
			}
			for _, light := range []string{"light", "dark"} {
				scheme(t, ctx, light)
				picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
				if err != nil {
					t.Fatal(err)
				}
				file := fmt.Sprintf("%s-%d-%s.png", name, width, light)
				if err := os.WriteFile(filepath.Join(t.ArtifactDir(), file), picture, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		do(t, ctx, chromedp.EmulateReset())
	})
}
