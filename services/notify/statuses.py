"""How a case stands, in a few words of each language: in the middle of a sentence, for anyone to read."""

from shared.contracts import CaseStatus

STATUSES = {
    "id": {
        CaseStatus.RECEIVED: "menunggu verifikasi",
        CaseStatus.ON_HOLD: "menunggu keterangan pelapor",
        CaseStatus.FORWARDED: "sudah diteruskan kepada instansi",
        CaseStatus.IN_PROGRESS: "sedang ditindaklanjuti instansi",
        CaseStatus.AWAITING_REPORTER: "sudah dijawab instansi",
        CaseStatus.CLOSED: "selesai",
        CaseStatus.ARCHIVED: "diarsipkan",
        CaseStatus.MERGED: "digabung dengan laporan lain",
        CaseStatus.WITHDRAWN: "dicabut",
    },
    "en": {
        CaseStatus.RECEIVED: "waiting for verification",
        CaseStatus.ON_HOLD: "waiting for its reporter",
        CaseStatus.FORWARDED: "sent to the agency",
        CaseStatus.IN_PROGRESS: "being worked on",
        CaseStatus.AWAITING_REPORTER: "answered by the agency",
        CaseStatus.CLOSED: "closed",
        CaseStatus.ARCHIVED: "archived",
        CaseStatus.MERGED: "joined to another report",
        CaseStatus.WITHDRAWN: "withdrawn",
    },
    "jv": {
        CaseStatus.RECEIVED: "dereng dipunverifikasi",
        CaseStatus.ON_HOLD: "ngentosi katrangan pelapor",
        CaseStatus.FORWARDED: "sampun dipunterusaken dhateng instansi",
        CaseStatus.IN_PROGRESS: "saweg dipuntindakaken instansi",
        CaseStatus.AWAITING_REPORTER: "sampun dipunwangsuli instansi",
        CaseStatus.CLOSED: "rampung",
        CaseStatus.ARCHIVED: "dipunarsipaken",
        CaseStatus.MERGED: "dipungabung kaliyan laporan sanes",
        CaseStatus.WITHDRAWN: "dipuncabut",
    },
    "su": {
        CaseStatus.RECEIVED: "teu acan diverifikasi",
        CaseStatus.ON_HOLD: "ngantosan katerangan palapor",
        CaseStatus.FORWARDED: "parantos diteruskeun ka instansi",
        CaseStatus.IN_PROGRESS: "nuju ditindaklanjutan ku instansi",
        CaseStatus.AWAITING_REPORTER: "parantos diwaler ku instansi",
        CaseStatus.CLOSED: "rengse",
        CaseStatus.ARCHIVED: "diarsipkeun",
        CaseStatus.MERGED: "digabungkeun sareng laporan sanes",
        CaseStatus.WITHDRAWN: "dicabut",
    },
}
