"""What the error codes of WordPress and of its plugins mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.text import html_to_text
from cminbox.networks.wordpress.account import MODERATES

if TYPE_CHECKING:
    from cminbox.network_kit.answers import Answer
    from cminbox.network_kit.failures import NetworkFailure

_LOST = frozenset({"rest_comment_invalid_id", "rest_already_trashed", "review_invalid_id", "invalid_comment"})
_LOST_POST = frozenset({"rest_comment_invalid_post_id", "rest_comment_trash_post", "rest_comment_draft_post"})
_WEAK = frozenset({"rest_forbidden_context", "rest_forbidden_param", "rest_forbidden_status", "cannot_view"})
_FORBIDDEN = frozenset({"rest_cannot_edit", "rest_cannot_delete", "rest_cannot_read", "rest_cannot_read_post"})
_SIGNED_OUT = frozenset({"rest_not_logged_in", "rest_comment_login_required", "rest_cannot_create"})
_WRONG = frozenset({"incorrect_password", "invalid_username", "invalid_email", "invalid_application_credentials"})
_NO_PASSWORDS = frozenset({"application_passwords_disabled", "application_passwords_disabled_for_user"})
_SWITCHED_OFF = frozenset(
    {"rest_cannot_access", "rest_disabled", "rest_login_required", "rest_api_disabled", "disabled", "rest_no_access"}
)
_NO_TRASH = frozenset({"rest_trash_not_supported", "trash_not_supported"})
_SHOP = "woocommerce_rest_"
_QUOTE = 200


class NoSuchThing(Gone):
    """WordPress itself, not the web server before it, said that something does not exist."""


class NoTrash(Refused):
    """The site keeps no trash: what is deleted is gone at once."""


def meaning(answer: Answer, host: str) -> NetworkFailure | None:
    """Return what an error means; None leaves it to what its status means everywhere."""
    body = answer.body if isinstance(answer.body, dict) else {}
    code = body.get("code")
    if not isinstance(code, str) or not code:
        return None
    code = code.removeprefix(_SHOP)
    return _of_sign_in(code, host, answer.status) or _of_sending(code) or _of_rest(code, host, answer)


def _of_sign_in(code: str, host: str, status: int) -> NetworkFailure | None:
    if code in _SWITCHED_OFF:
        said = say(
            "A plugin has switched off the REST interface of {host}; it has to be allowed for this user", host=host
        )
        return Refused(said)
    if code in _WRONG:
        return SignInAgain(say("{host} does not accept this user name with this application password", host=host))
    if code in _NO_PASSWORDS:
        return SignInAgain(
            say("Application passwords are switched off at {host}, or it is not reached by https", host=host)
        )
    unknown = status == httpx.codes.UNAUTHORIZED and code in _WEAK | _FORBIDDEN
    if code in _SIGNED_OUT or unknown:
        return SignInAgain(
            say(
                "{host} does not know who asks: the user name or the application password is wrong, or its web server "
                "does not pass them on",
                host=host,
            )
        )
    if code in _WEAK:
        said = say("This user may not moderate comments; give it the role Editor at {host}", host=host)
        return SignInAgain(said, missing_scope=MODERATES)
    return None


def _of_sending(code: str) -> NetworkFailure | None:
    match code:
        case "comment_duplicate":
            return Refused(
                say("The very same words stand there already, and WordPress takes them once only; change them")
            )
        case "comment_flood":
            return Refused(say("The site takes comments of one person only so often; send it again in a while"))
        case "rest_comment_closed":
            return Refused(say("Comments are closed under this post"))
        case "comment_content_column_length":
            return Refused(say("The reply is too long for this site"))
    return None


def _of_rest(code: str, host: str, answer: Answer) -> NetworkFailure | None:
    if code in _LOST:
        return NoSuchThing(say("This comment no longer exists at {host}", host=host))
    if code in _LOST_POST:
        return Refused(say("The post to which this belongs is no longer published"))
    if code in _FORBIDDEN:
        return Refused(say("The role of this user at {host} does not allow it", host=host))
    if code in _NO_TRASH:
        return NoTrash(say("{host} keeps no trash", host=host))
    if code == "rest_no_route":
        return Refused(say("The REST interface of {host} lacks this; a plugin has taken it out", host=host))
    return _unknown(host, answer)


def _unknown(host: str, answer: Answer) -> NetworkFailure | None:
    """Return what an error means whose code is a plugin's own: its words hold HTML, which is taken out."""
    own = {httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS}
    if not httpx.codes.is_client_error(answer.status) or answer.status in own:
        return None
    message = answer.body.get("message")
    words = html_to_text(message) if isinstance(message, str) else ""
    said = f": {safe(words, limit=_QUOTE)}" if words else ""
    if answer.status == httpx.codes.UNAUTHORIZED:
        return SignInAgain(say("{host} no longer accepts these credentials{said}", host=host, said=said))
    return Refused(say("{host} refused (error {status}){said}", host=host, status=answer.status, said=said))
