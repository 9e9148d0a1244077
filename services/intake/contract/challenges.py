"""A proof of work that whoever sends the open form does, where the municipality has switched it on: nothing for one
person, much for a machine that sends thousands. Altcha's, without any foreign service."""

from services.kernel.contracts import Operation, Rule, Schema, fields

CHALLENGE_NEEDED = Rule("challenge_needed", "The challenge is to be solved first.")
CHALLENGE_NOT_SOLVED = Rule("challenge_not_solved", "The challenge is not solved, or too old: ask for another one.")
CHALLENGE_SPENT = Rule("challenge_spent", "The challenge has been used already: ask for another one.")
CHALLENGE_RULES = (CHALLENGE_NEEDED, CHALLENGE_NOT_SOLVED, CHALLENGE_SPENT)


class ChallengeView(Schema):
    """A challenge as Altcha's widget takes it (version 2); `needed` says whether the form is taken without."""

    needed = fields.Boolean(required=True)
    parameters = fields.Dict(keys=fields.String(), required=True)
    signature = fields.String(required=True)

    shows = {}
    example = {
        "needed": True,
        "parameters": {
            "algorithm": "PBKDF2/SHA-256",
            "cost": 1000,
            "keyLength": 32,
            "keyPrefix": "00",
            "nonce": "1ec944af3bc9e86d3ed5895ae319beec",
            "salt": "72376db94b6b33944a3e05faf1bb15a4",
            "expiresAt": 1795990814,
        },
        "signature": "2ea702370da0e01a7d205fbdad955abf03c491add71fe83ae0b595febffcc29c",
    }


GET_CHALLENGE = Operation(
    name="get_challenge",
    route="GET /application-challenges",
    en="A challenge for the open form. Its solution goes with the form as `altcha`, within an hour and once.",
    sv="En uppgift till det öppna formuläret. Lösningen skickas med formuläret som `altcha`, inom en timme och "
    "en gång.",
    roles=frozenset(),
    answer=ChallengeView,
    reads=True,
)
