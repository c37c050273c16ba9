import sys
from importlib.metadata import version as version_of
from pathlib import Path

project = "servingchecklist"
author = "The servingchecklist developers"
copyright = author
release = version = version_of("servingchecklist")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinxcontrib.mermaid"]
exclude_patterns = ["_build"]

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
myst_fence_as_directive = ["mermaid"]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False

nitpicky = True
# Names of the standard library and of type aliases, which have no page here to point to.
nitpick_ignore_regex = [
    ("py:class", r"servingchecklist\._\w+\.\w+\.(T|Key)"),
    ("py:.*", r"(collections\.abc|datetime|decimal|os|typing|types|enum|attrs?)\..*"),
    (
        "py:class",
        r"(Sequence|Mapping|Iterable|Iterator|Callable|PathLike|date|datetime|T|Key|ReadFormat|ShowFormat|Stored|Shown|Format|Estimate|Choices|Decision|Whole|Subject|Annotations|\w+Document|\w+Record|Column|PriorityName|StatusName|Family|Sampling|Value|Bias|Decimal)",
    ),
]

html_theme = "furo"
html_title = f"servingchecklist {version}"
html_static_path = ["_static"]
html_css_files = ["wrap.css"]
html_copy_source = False
html_show_copyright = False


def write_guides(app, config):
    """Write a page for each guide of the package, which has its text; git ignores them."""
    from servingchecklist import catalog

    folder = Path(app.srcdir, "guides")
    folder.mkdir(exist_ok=True)
    for name in catalog.guides():
        page, text = folder / f"{name}.md", catalog.guide(name)
        if not page.exists() or page.read_text("utf-8") != text:  # an unchanged page need not be built again
            page.write_text(text, "utf-8")


def write_example_pages(app, error):
    """Put the pages of an example beside those of the documentation."""
    if error is None and app.builder.format == "html":
        from example_pages import write_pages

        write_pages(Path(app.outdir, "pages"))


def setup(app):
    sys.path.insert(0, str(app.srcdir))
    app.connect("config-inited", write_guides)
    app.connect("build-finished", write_example_pages)
