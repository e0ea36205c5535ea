package exports

// Verifier is a program or service that checks addresses. Its verdict is evidence with a name and a date, never a
// fact.
type Verifier struct {
	Name   string // stable, lower case: "zerobounce"
	Title  string // for people: "ZeroBounce"
	Mark   Mark
	Source string

	called string   // "a|b": what it is called in names of columns and files, folded
	main   string   // folded names of columns that hold its word
	causes string   // of columns that hold the cause, which counts too
	prints []string // headers by which a main column of a common name is its own, as those of a [System]
	words  map[string]said
}

// verifiers is the table of verifiers. The first whose print fits counts; the last one stands for all that
// nobody can name.
var verifiers = []Verifier{
	{Name: "zerobounce", Title: "ZeroBounce", called: "zerobounce",
		main: "zbstatus zerobouncestatus zerobounceresult", causes: "zbsubstatus zerobouncesubstatus substatus",
		prints: []string{"status substatus"}, Mark: seen, Source: "test of a ZeroBounce SDK for PHP"},
	{Name: "neverbounce", Title: "NeverBounce", called: "neverbounce",
		main:   "neverbounceresult neverbouncestatus nbresult nbstatus",
		prints: []string{"emailstatus"}, Mark: seen, Source: inPublic},
	{Name: "millionverifier", Title: "MillionVerifier", called: "millionverifier",
		main: "millionverifierresult mvresult", causes: "subresult",
		prints: []string{"quality result"}, Mark: seen, Source: inPublic},
	{Name: "debounce", Title: "DeBounce", called: "debounce",
		main: "debounceresult debouncestatus debouncecode debounceresponse", causes: "code",
		prints: []string{"result code safetosend", "result code role"}, Mark: documented,
		Source: "help.debounce.io: result codes",
		words: called("1=dead:syntax_error 2=trap:spam_trap 3=disposable 4=catch_all 5=valid 6=dead:invalid " +
			"7=unknown 8=role")},
	{Name: "clearout", Title: "Clearout", called: "clearout",
		main: "clearoutstatus clearoutverificationstatus clearoutresult", causes: "clearoutsubstatus",
		prints: []string{"status safetosend", "result safetosend"}, Mark: documented, Source: "docs.clearout.io"},
	{Name: "kickbox", Title: "Kickbox", called: "kickbox", main: "kickboxresult kickboxstatus",
		causes: "kickboxreason reason",
		prints: []string{"result reason", "result sendex"}, Mark: seen, Source: inPublic},
	{Name: "bouncer", Title: "Bouncer", called: "bouncer|usebouncer",
		main: "bouncerstatus usebouncerstatus bouncerresult", causes: "bouncerreason reason",
		prints: []string{"status reason", "status toxicity"}, Mark: documented, Source: "docs.usebouncer.com"},
	{Name: "emailable", Title: "Emailable", called: "emailable",
		main: "emailablestate emailablestatus emailableresult", causes: "emailablereason reason",
		prints: []string{"state reason score", "state reason acceptall", "state score disposable"}, Mark: seen,
		Source: "emailable.com/docs/api"},
	{Name: "emaillistverify", Title: "EmailListVerify", called: "emaillistverify",
		main:   "emaillistverifyresult emaillistverifystatus elvresult",
		prints: []string{"result emaildomain", "result namingformat"}, Mark: documented,
		Source: "emaillistverify.com/docs/result-guide"},
	{Name: "verifalia", Title: "Verifalia", called: "verifalia", main: "verifaliaclassification classification",
		causes: "verifaliastatus status",
		prints: []string{"classification status"}, Mark: documented,
		Source: "rubydoc.info/gems/verifalia: EntryStatus"},
	{Name: "hunter", Title: "Hunter", called: "hunter|hunterio", main: "hunterstatus hunterverificationstatus",
		prints: []string{"verificationstatus"}, Mark: documented, Source: "help.hunter.io 6103281"},
	{Name: "reacher", Title: "Reacher", called: "reacher", main: "isreachable reacherisreachable", Mark: documented,
		Source: "docs.rs/check-if-email-exists: Reachable"},
	{Name: "aftership", Title: "AfterShip's email-verifier", called: "aftership", main: "reachable", Mark: seen,
		Source: "AfterShip/email-verifier: constants.go",
		words:  called("yes=valid no=dead:unreachable")},
	{Name: "prebounce", Title: "an earlier run of prebounce", called: "prebounce",
		prints: []string{"row address status reason list"}, Mark: seen, Source: "its results.csv"},
	{Name: "verifier", Title: "another verifier", Mark: seen, Source: inPublic},
}

// commonMains are names of columns that may hold a verifier's word, if their cells do.
var commonMains = setOf(`status result state emailstatus emailresult mailstatus verification verificationstatus verificationresult emailverification emailverificationstatus
	verifyresult verifystatus validation validationstatus validationresult emailvalidation emailvalidationstatus emailvalidity validity deliverability deliverabilitystatus
	emaildeliverability emailquality classification checkresult emailcheck verdict reachable isreachable quality isvalid emailvalid validemail emailisvalid
	statut résultat estado resultado stato risultato ergebnis prüfergebnis prüfstatus resultaat wynik`)

// flagColumns are columns of yes and no that stand beside a verifier's word.
var flagColumns = map[string]*vocabulary{
	"disposable": calledFlag(CalledDisposable), "isdisposable": calledFlag(CalledDisposable),
	"isdisposableemail": calledFlag(CalledDisposable),
	"acceptall":         calledFlag(CalledCatchAll), "catchall": calledFlag(CalledCatchAll),
	"iscatchall": calledFlag(CalledCatchAll), "isacceptall": calledFlag(CalledCatchAll),
	"spamtrap": calledFlag(CalledTrap), "isspamtrap": calledFlag(CalledTrap),
}

// dateColumns say when a verifier looked.
var dateColumns = setOf(`verifiedat verifiedon verificationdate verificationtime dateverified verifieddate lastverified lastverifiedat validatedat validatedon validationdate
	datevalidated checkedat checkedon checkdate datechecked zbprocessedat zbprocesseddate processedat`)
