"""Write articles out, in any number: documents, JSONL, CSV, XLSX, Parquet.

One format a file. Memory does not grow with the number of articles; a file appears whole or not at
all; an export that broke off is continued. docs/export.md says what each format holds.
"""

from storage.export.documents import stored_document
from storage.export.order import Exported, ExportFormat, Order
from storage.export.run import export

__all__ = ["ExportFormat", "Exported", "Order", "export", "stored_document"]
