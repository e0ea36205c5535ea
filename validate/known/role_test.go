package known

import "testing"

func TestRole(t *testing.T) {
	for local, want := range map[string]RoleKind{
		"info": RFC2142, "INFO": RFC2142, "Info+spring": RFC2142, "postmaster": RFC2142, "webmaster": RFC2142,
		"abuse":       RFC2142,
		"buchhaltung": Department, "ventas": Department, "ksiegowosc": Department, "muhasebe": Department,
		"hr": Department, "it": Department,
		"noreply": NoReply, "No-Reply": NoReply, "do_not.reply": NoReply, "jobs-noreply": NoReply,
		"noreply-dmarc": NoReply, "ne-pas-repondre": NoReply,
		"root": System, "mailer-daemon": System,
		"owner-cats": ListRole, "cats-request": ListRole, "everyone": ListRole, "cats-bounces": ListRole,
		"sales.uk": RFC2142, "info-de": RFC2142, "support_2": RFC2142, "vertrieb.berlin": Department, "noc-": NotRole,
		"sales.miller": NotRole, "info.s": NotRole, "hr.berlin": Department, "uk.sales": NotRole,
		"john.smith": NotRole, "maria": NotRole, "": NotRole, "+info": NotRole, "+": NotRole, "-request": NotRole,
		"owner-": NotRole,
		"alexa":  NotRole, "paris": NotRole, "india": NotRole, "123": NotRole, "2024": NotRole, "la": NotRole,
		"md": NotRole, "x": NotRole,
		"replay": NotRole, "o'reilly": NotRole, `"info"`: NotRole, "# Kept": NotRole, "ınfo": NotRole,
		"infoinfoinfoinfoinfoinfoinfoinfoinfoinfoinfoinfoinfoinfoinfoinfox": NotRole,
	} {
		if got := new(Lists).Role(local); got != want {
			t.Errorf("Role(%q) = %q, want %q", local, got, want)
		}
	}
}

func TestEveryNameOfRFC2142IsARole(t *testing.T) {
	for _, name := range []string{
		"info", "marketing", "sales", "support", // §3
		"abuse", "noc", "security", // §4
		"postmaster", "hostmaster", "usenet", "news", "webmaster", "www", "uucp", "ftp", // §5
	} {
		if got := new(Lists).Role(name); got != RFC2142 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestFirstNamesAreNoRoles(t *testing.T) {
	for _, name := range []string{
		"anna", "maria", "peter", "paul", "john", "mary", "max", "felix", "sarah", "laura", "jean", "pierre", "marie",
		"jose", "juan", "carmen", "luca", "giulia",
		"ali", "mehmet", "ayse", "fatma", "ivan", "olga", "dmitri", "jan", "piotr", "kasia", "lars", "ingrid", "sven",
		"kim", "lee", "wei", "yuki", "hiroshi",
		"amy", "bob", "tom", "ann", "eva", "ben", "leo", "mia", "emma", "noah", "liam", "grace", "faith", "hope",
		"joy", "rose", "mark", "bill", "frank", "will",
		"christian", "angel", "jesus", "april", "june", "august", "austin", "chelsea", "florence", "victoria",
		"sydney", "charlotte", "israel", "jordan", "chad",
	} {
		if got := new(Lists).Role(name); got != NotRole {
			t.Errorf("%s is a role: %v", name, got)
		}
	}
}
