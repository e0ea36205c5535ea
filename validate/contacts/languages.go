package contacts

// language is what tells code pages apart: the letters beyond ASCII that a language writes.
type language struct {
	page    string
	letters string
	weight  float64 // below 1 for those that would fit too much
	script  bool    // it has a script of its own, so its letters stand side by side; others stand among ASCII
}

// marks are at home in every Windows code page.
const marks = "’‘“”„–—…€•™©®°«»·§\u00a0"

// languages are in order: of those that fit equally well, the first is taken.
var languages = []language{
	{western, "äöüß", 1, false},
	{western, "éèêëàâçîïôûùœæ", 1, false},
	{western, "áéíóúñü¿¡ºª", 1, false},
	{western, "áâãàçéêíóôõú", 1, false},
	{western, "àèéìòù", 1, false},
	{western, "åäöøæé", 1, false},
	{"windows-1254", "çğıöşüâİ", 1, false},
	{western, "áðéíóúýþæö", 1, false},
	{western, "äöüßéèêëàâçîïôûùœñóíáúøåæãõìò", 0.97, false},
	{"windows-1250", "ąćęłńóśźż", 1, false},
	{"windows-1250", "áčďéěíňóřšťúůýžľĺŕôä", 0.99, false},
	{"windows-1250", "áéíóöőúüű", 0.99, false},
	{"windows-1250", "čćđšž", 1, false},
	{"windows-1250", "ăâîşţ", 1, false},
	{"windows-1257", "āčēģīķļņšūžąęėįųõäöü", 0.97, false},
	{"windows-1251", "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў", 1, true},
	{"koi8-r", "абвгдежзийклмнопрстуфхцчшщъыьэюяё", 0.99, true},
	{"ibm866", "абвгдежзийклмнопрстуфхцчшщъыьэюяё", 0.99, true},
	{"windows-1253", "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ", 1, true},
	{"windows-1255", "אבגדהוזחטיךכלםמןנסעףפץצקרשת", 0.99, true},
	{"windows-1256", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي", 0.98, true},
	{"windows-874", "กขคงจฉชซญฐณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะัาำิีึืุูเแโใไๆ็่้๊๋์", 0.98, true},
}
