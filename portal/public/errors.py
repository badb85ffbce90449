"""Error pages in the site's own look: what happened, and what to do next."""

from __future__ import annotations

import structlog
from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

_PAGES = {
    400: ("这个请求不完整", "网址或填写的内容有误。请返回上一页检查后再试。"),
    403: ("这里不对外开放", "您没有查看这一页的权限。如果您是工作人员，请先登录。"),
    404: ("没有找到这一页", "网址可能写错了，或者内容已经撤下。可以从首页重新查找。"),
    405: ("不能这样打开", "这个地址只接受页面上的按钮提交，不能直接打开。"),
    413: ("内容太大了", "提交的文字或文件超过了上限。请缩短或分几次提交。"),
    429: ("操作太快了", "短时间内的请求太多。请等一分钟再试，您填写的内容不会因此丢失。"),
    500: ("系统出错了", "问题已经记录。请稍后再试；如果很急，请直接拨打养老服务热线。"),
}


def init_errors(app: Flask) -> None:
    """Answer every HTTP error, known or not, with a page of ours."""
    log = structlog.get_logger("errors")

    def page(code: int, description: str | None = None) -> tuple[str, int]:
        title, advice = _PAGES.get(code, ("没有办成", "请返回上一页再试。"))
        context = {"code": code, "heading": title, "advice": description or advice}
        return render_template("errors/error.html", **context), code

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]] | HTTPException:
        if error.code is None or error.code < 400:
            return error
        body, code = page(error.code)
        headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
        return body, code, headers

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> tuple[str, int]:
        # the exception's own text may quote what a person typed: log its kind and place alone
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "unknown"
        log.error("unhandled", kind=type(error).__name__, where=where)
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        return page(500)
