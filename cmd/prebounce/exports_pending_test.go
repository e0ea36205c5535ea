package main

// notYetRight are the sample exports that come out wrong for now.
var notYetRight = map[string]bool{
	"outlook-contacts.csv": true,
	"outlook-kontakte.csv": true,
}
