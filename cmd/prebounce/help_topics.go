package main

import (
	"embed"
	"fmt"
	"path"
	"strings"

	"github.com/spf13/cobra"
)

// topicFiles are the texts of prebounce help TOPIC. README.md links to the same files.
//
//go:embed help/*.md
var topicFiles embed.FS

// topics lists the topics by name.
func topics() (names []string) {
	files, _ := topicFiles.ReadDir("help") // embedded: it can be read
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".md"))
	}
	return names
}

func topicNames() string { return strings.Join(topics(), ", ") }

// topicText returns the text of a topic, and whether there is such a topic.
func topicText(name string) (string, bool) {
	text, err := topicFiles.ReadFile(path.Join("help", name+".md"))
	return string(text), err == nil
}

// showTopic prints a topic if the arguments of help are the name of one.
func showTopic(c *cobra.Command, args []string) bool {
	if len(args) != 1 {
		return false
	}
	text, ok := topicText(args[0])
	if ok {
		fmt.Fprint(c.OutOrStdout(), text)
	}
	return ok
}
