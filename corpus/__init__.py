"""Papers: the samples that ship with the program (`sample/*.md`, retold from published papers in other words), the
catalogue of authorities and known reports, and the fetcher that downloads published papers and keeps watch on them."""

SITE = "https://reports.ofsted.gov.uk"  # the inspectorate's, with a page on each authority
