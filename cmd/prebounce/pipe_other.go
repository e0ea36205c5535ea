//go:build !unix

package main

import "os"

func unread(*os.File) bool { return false }
