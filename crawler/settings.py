"""Scrapy's settings. A portal's own (delay, proxy, …) come from its definition; ``-s NAME=VALUE`` wins over both."""

BOT_NAME = "dafu"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
USER_AGENT = "dafu/0.1 (archiver of government replies)"

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "dafu"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_FAIL_ON_DATALOSS = False  # a cut-off body is evidence too: it is archived, marked, and asked for again
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 10
COOKIES_ENABLED = True  # some gateways answer 302 to themselves until their cookie comes back
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # else any process that reads the token file may run code in a crawl
LOG_LEVEL = "INFO"

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
DOWNLOAD_HANDLERS = {"http": "crawler.lease.HttpHandler", "https": "crawler.lease.HttpsHandler"}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.RetryMiddleware": 550,
    "crawler.middlewares.RedirectsMiddleware": 90,
    "crawler.middlewares.RobotsMiddleware": 100,
    # Next to the downloader: it must see each response before anything decompresses, redirects or retries it.
    "crawler.middlewares.ArchiveMiddleware": 890,
}
EXTENSIONS = {
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
}
