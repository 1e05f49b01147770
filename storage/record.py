"""Values as records: what is kept as JSON and what programs are given. Pure."""

from storage.article import Attachment, Credit, Image


def credit_record(credit: Credit) -> dict[str, object]:
    """Return a credit as it is kept."""
    return {"role": credit.role, "name": credit.name, "printed": credit.printed}


def attachment_record(attachment: Attachment) -> dict[str, object]:
    """Return an attachment as it is kept."""
    return {"kind": str(attachment.kind), "name": attachment.name, "url": attachment.url}


def image_record(image: Image) -> dict[str, object]:
    """Return an image as it is kept."""
    return {"url": image.url, "alt": image.alt}
