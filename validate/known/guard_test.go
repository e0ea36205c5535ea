package known

import (
	"strings"
	"testing"
)

// corporate is a list of its own, so that nothing in hand/guard.txt makes this test pass.
const corporate = `abb.com accor.com aegon.com ahold.com airbnb.com airliquide.com akzonobel.com aldi.de alibaba.com allstate.com altria.com anz.com.au
aon.com archer.com arm.com asahi.com atlassian.com att.com autodesk.com aviva.com bain.com barclays.com bat.com bbc.co.uk bcg.com bechtel.com beiersdorf.com
bestbuy.com bhp.com blackrock.com bloomberg.com bmwgroup.com bouygues.com broadcom.com bunge.com canon.com capitalone.com cbre.com cemex.com centrica.com cigna.com
colgate.com comcast.com conocophillips.com costco.com cvs.com danfoss.com db.com deere.com diageo.com dow.com dupont.com duke-energy.com ea.com electrolux.com
emirates.com epson.com equinor.com essilor.com etsy.com eurostar.com expedia.com fanniemae.com fiat.com firefox.com fresenius.com gap.com garmin.com gazprom.ru
generali.com gmail.com goldmansachs.com google.com gov.uk halliburton.com handelsbanken.se harley-davidson.com heineken.com henkel.com hilton.com homedepot.com
honda.com honeywell.com hyundai.com icbc.com.cn inditex.com infineon.com itau.com.br jal.co.jp jcb.com kering.com kia.com klm.com komatsu.com kroger.com lego.com
linde.com loreal.com macys.com marriott.com mars.com mazda.com metlife.com microsoft.com mondelez.com morganstanley.com motorola.com mtn.com nab.com.au natwest.com
ncr.com nestle.com nokia.com nordea.com northropgrumman.com novonordisk.com ntt.com nxp.com olympus.com omron.com openai.com orange.com otis.com pemex.com
petrobras.com.br pirelli.com prudential.com publicis.com puma.com rbc.com repsol.com rio.com.au ryanair.com saab.com safran.com sainsburys.co.uk sandvik.com schlumberger.com
schneider-electric.com seagate.com sharp.co.jp skf.com smurfit.com sncf.fr societegenerale.com softbank.jp sodexo.com statefarm.com stellantis.com swisscom.com
swissre.com syngenta.com target.com td.com telenor.com thyssenkrupp.com tiffany.com tjx.com travelers.com tui.com tyson.com unicredit.it usbank.com usps.com
valeo.com veolia.com vinci.com vivendi.com wdc.com westpac.com.au whirlpool.com woolworths.com.au xerox.com yamaha.com zurich.com`

func TestCompaniesAreNeitherDisposableNorSlips(t *testing.T) {
	var l *Lists
	names := strings.Fields(corporate)
	if len(names) < 150 {
		t.Fatalf("only %d names", len(names))
	}
	for _, name := range names {
		for _, host := range []string{name, "mail." + name} {
			if d := l.Domain(host); d.Disposable != None {
				t.Errorf("%s is disposable, says %v", host, d.Sources.Names())
			}
		}
		if meant := l.Suggest(name, 0, nil); meant != "" {
			t.Errorf("%s is taken for %s", name, meant)
		}
	}
}

func TestGuardedDomainsAreNeverDisposable(t *testing.T) {
	var l *Lists
	for list, names := range map[string]table{
		"guard": guards, "alias": aliases, "consumers": consumers, "targets": targets, "free": embedded.free,
		"providers": providers,
	} {
		for name := range names.all() {
			if d := l.Domain(name); d.Disposable != None {
				t.Errorf("%s of %s is disposable, says %v", name, list, d.Sources.Names())
			}
		}
	}
}

func TestAliasServicesAreAClassOfTheirOwn(t *testing.T) {
	var l *Lists
	for name := range aliases.all() {
		for _, host := range []string{name, "someone." + name} {
			if d := l.Domain(host); !d.Alias || d.Disposable != None {
				t.Errorf("%s: %+v", host, d)
			}
		}
	}
}
