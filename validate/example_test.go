package validate_test

import (
	"errors"
	"fmt"

	"github.com/prebounce/prebounce/validate"
)

// What can be known of an address without asking anyone, and what one thinks of it.
func Example() {
	var policy validate.Policy
	for _, address := range []string{"ann@firm.com", "info@firm.com", "ann@mailinator.com", "ann@firm..com"} {
		evidence := validate.Look(address, nil)
		reason := policy.Judge(evidence.Reasons())
		fmt.Printf("%s: %s, %s (%s)\n", address, policy.List(reason), reason, reason.Verdict())
	}
	// Output:
	// ann@firm.com: clean, not_probed (unknown)
	// info@firm.com: review, role (risky)
	// ann@mailinator.com: removed, disposable (risky)
	// ann@firm..com: removed, bad_syntax (undeliverable)
}

// What is wrong with an address, and where.
func ExampleParse() {
	_, err := validate.Parse("ann.@firm.com")
	var fault *validate.SyntaxError
	if errors.As(err, &fault) {
		fmt.Printf("%s, at character %d\n", fault.What, fault.At)
	}
	// Output:
	// a dot before the @, at character 4
}

// One's own mind about role addresses.
func ExamplePolicy_Move() {
	var policy validate.Policy
	policy.Move(validate.Clean, validate.Role)
	evidence := validate.Look("info@firm.com", nil)
	fmt.Println(policy.List(policy.Judge(evidence.Reasons())))
	// Output:
	// clean
}
