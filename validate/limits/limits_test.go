package limits

import (
	"testing"
	"time"

	"github.com/prebounce/prebounce/validate"
)

// TestWhatIsKnownOfAHostEndsInTime at both sides of each life.
func TestWhatIsKnownOfAHostEndsInTime(t *testing.T) {
	const week = 7 * 24 * time.Hour
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	m, ctx := new(Memory), t.Context()
	if err := m.PutHostProfile(ctx, "mx.a.test", HostProfile{Tolerant: true}, at); err != nil {
		t.Fatal(err)
	}
	if err := m.PutControl(ctx, "a.test", validate.ControlAccepted, "250 2.1.5 Ok", "mx.a.test", at); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]bool{week - time.Second: true, week: false} {
		host, err := m.HostProfile(ctx, "mx.a.test", at.Add(after))
		if err != nil || host.Tolerant != want {
			t.Errorf("after %s the host is tolerant: %v, %v", after, host.Tolerant, err)
		}
		control, err := m.Control(ctx, "a.test", at.Add(after))
		if err != nil || (control == validate.ControlAccepted) != want {
			t.Errorf("after %s the domain is catch-all: %v, %v", after, control, err)
		}
	}
	if CoolDownLife != 24*time.Hour || LeaseLife != time.Minute {
		t.Errorf("a cool-down lasts %s and a lease %s at most, want a day and a minute", CoolDownLife, LeaseLife)
	}
}
