package contacts

// language is what tells code pages apart: the letters beyond ASCII that a language writes.
type language struct {
	page    string
	letters string
	weight  float64 // below 1 for those that would fit too much
}

// marks are at home in every Windows code page.
const marks = "’‘“”„–—…€•™©®°«»·§\u00a0"

// languages are in order: of those that fit equally well, the first is taken.
var languages = []language{
	{western, "äöüß", 1},
	{western, "éèêëàâçîïôûùœæ", 1},
	{western, "áéíóúñü¿¡ºª", 1},
	{western, "áâãàçéêíóôõú", 1},
	{western, "àèéìòù", 1},
	{western, "åäöøæé", 1},
	{western, "áðéíóúýþæö", 1},
	{western, "äöüßéèêëàâçîïôûùœñóíáúøåæãõìò", 0.97},
	{"windows-1250", "ąćęłńóśźż", 1},
	{"windows-1250", "áčďéěíňóřšťúůýžľĺŕôä", 0.99},
	{"windows-1250", "áéíóöőúüű", 0.99},
	{"windows-1250", "čćđšž", 1},
	{"windows-1250", "ăâîşţ", 1},
	{"windows-1254", "çğıöşüâİ", 1},
	{"windows-1257", "āčēģīķļņšūžąęėįųõäöü", 0.97},
	{"windows-1251", "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў", 1},
	{"koi8-r", "абвгдежзийклмнопрстуфхцчшщъыьэюяё", 0.99},
	{"ibm866", "абвгдежзийклмнопрстуфхцчшщъыьэюяё", 0.99},
	{"windows-1253", "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ", 1},
	{"windows-1255", "אבגדהוזחטיךכלםמןנסעףפץצקרשת", 0.99},
	{"windows-1256", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي", 0.98},
	{"windows-874", "กขคงจฉชซญฐณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะัาำิีึืุูเแโใไๆ็่้๊๋์", 0.98},
}
