// Package suppression writes the addresses that must not be sent to as the files that sending services import.
//
// What each service takes is a row of a table: see [Services]. The files hold each mailbox once and appear
// all together or not at all.
package suppression
