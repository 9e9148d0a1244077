"""What each figure of the report is, in English and Swedish."""

FIGURES = {
    "homes": (
        "Homes that had a mentor on a day of the period.",
        "Hem som hade en mentor någon dag under perioden.",
    ),
    "offered": ("Homes that were offered a mentor in the period.", "Hem som erbjöds en mentor under perioden."),
    "accepted": ("Homes that said yes in the period.", "Hem som tackade ja under perioden."),
    "days_to_first_contact": (
        "Median of the days from the yes to the first contact, of those who said yes in the period.",
        "Median av dagarna från ja till första kontakt, för dem som tackade ja under perioden.",
    ),
    "contacts": (
        "Contacts in the period that home or mentor wrote down, by part of the day.",
        "Kontakter under perioden som hem eller mentor har skrivit ned, per del av dygnet.",
    ),
    "gatherings": (
        "Gatherings of the period at which somebody of these homes was.",
        "Träffar under perioden där någon från hemmen var med.",
    ),
    "attendance": ("Adults and children at those.", "Vuxna och barn på dem."),
    "respite_nights": (
        "Nights of respite that these homes were given, of respite that began in the period.",
        "Nätters avlastning som hemmen fick, av avlastning som började under perioden.",
    ),
    "homes_at_start": (
        "Homes that had a mentor when the period began.",
        "Hem som hade en mentor när perioden började.",
    ),
    "homes_that_stayed": (
        "Those of them that have an assignment when it ends.",
        "De av dem som har ett uppdrag när den slutar.",
    ),
    "masked": (
        "Numbers of fewer than five homes, or of what fewer did, are left out, and those that would tell them.",
        "Tal om färre än fem hem, eller om det färre gjorde, utelämnas, och de tal som de kunde räknas ut ur.",
    ),
}
