package main

import (
	"os"
	"path/filepath"
	"runtime"
)

// systemDataFolder is where a system keeps what a program has for its user.
func systemDataFolder() (string, error) {
	switch runtime.GOOS {
	case "windows", "darwin":
		dir, err := os.UserConfigDir() // %AppData%, ~/Library/Application Support
		return filepath.Join(dir, "prebounce", "runs"), err
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share", "prebounce", "runs"), err
}
