# Every job of this project is a target here; CI calls only these.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# Tests start hundreds of processes from source: types are stripped and code is compiled once.
export NODE_COMPILE_CACHE := $(CURDIR)/node_modules/.cache/node
# The API server of these takes memory instead of time: it collects its garbage a tenth as often, up to 2 GiB.
demo e2e integration test faults: export GOGC := 1000
demo e2e integration test faults: export GOMEMLIMIT := 2GiB
ARGS ?=

.PHONY: help
help: ## Print what there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

node_modules/.ready: package.json package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error >&2
	@touch $@

.PHONY: deps
deps: node_modules/.ready ## Install what the project needs: Node and all packages, pinned

.PHONY: demo
demo: deps ## Play the main job on a real API server; ARGS="--scenario race --keep --json", see ARGS=--help
	@node test/demo/main.ts $(ARGS)

.PHONY: e2e
e2e: deps ## Install the chart with helm on a real API server, play the demo with its process, upgrade, uninstall; ARGS="--scenario race"
	@node test/e2e/main.ts $(ARGS)

.PHONY: run
run: deps ## Run the operator against the current kubeconfig context; ARGS=--help lists its flags
	@node src/main.ts $(ARGS)

.PHONY: install
install: ## Install the CRDs into the current kubeconfig context
	kubectl apply --server-side -f crds

.PHONY: uninstall
uninstall: ## Remove the CRDs, and every object of these kinds, from the current kubeconfig context
	kubectl delete --ignore-not-found -f crds

.PHONY: bundle
bundle: deps ## Write the operator as one file, dist/integration-service.mjs, and see it start alone
	@node scripts/bundle.ts
	@node scripts/try-bundle.ts

.PHONY: package
package: deps ## Write the npm package of the command line into dist
	@node scripts/package.ts

.PHONY: sbom
sbom: deps ## Write what the operator is made of into dist/sbom.cdx.json (CycloneDX)
	@mkdir -p dist
	npm sbom --sbom-format=cyclonedx --sbom-type=application --omit=dev > dist/sbom.cdx.json

.PHONY: image
IMAGE ?= integration-service:$$(sed -n 's/^  "version": "\(.*\)",/\1/p' package.json)
image: ## Build the image; IMAGE=registry.example.com/name:tag ARGS="--push …"
	docker build --build-arg VERSION=$$(sed -n 's/^  "version": "\(.*\)",/\1/p' package.json) \
	  --build-arg REVISION=$$(git rev-parse HEAD) --tag $(IMAGE) $(ARGS) .
# Where `make deploy` installs, and with which Helm.
NAMESPACE ?= integration-service
HELM ?= $(shell command -v helm || echo bin/helm)

bin/helm:
	@$(MAKE) --no-print-directory helm

.PHONY: deploy
deploy: $(filter bin/helm,$(HELM)) ## Install the chart into the current kubeconfig context; IMAGE=registry/image:tag, NAMESPACE, ARGS="--set …"
	$(HELM) upgrade --install integration-service config/helm/integration-service \
		--namespace $(NAMESPACE) --create-namespace --set controllerManager.container.image=$(IMAGE) $(ARGS)

.PHONY: undeploy
undeploy: $(filter bin/helm,$(HELM)) ## Uninstall it; the CRDs and every object of these kinds stay
	$(HELM) uninstall integration-service --namespace $(NAMESPACE) $(ARGS)

.PHONY: controlplane
controlplane: ## Build the API server for tests and demo, or find it already built; minutes the first time
	@test/controlplane/build.sh

.PHONY: helm
helm: ## Build bin/helm, with which the chart is tested, or find it already built; minutes the first time
	@mkdir -p bin && ln -sf "$$(test/helm/build.sh)" bin/helm && echo bin/helm

.PHONY: controlplane-run
controlplane-run: deps ## Run an API server until Ctrl-C; ARGS=--help lists its flags
	@node test/controlplane/main.ts $(ARGS)

.PHONY: generate
generate: deps ## Write generated files anew: CRDs, roles, the chart's schema and README, docs/performance.md
	@node scripts/generate-crds.ts
	@node scripts/generate-rbac.ts
	@node scripts/generate-chart.ts
	@node scripts/report-performance.ts

.PHONY: format
format: deps ## Format all files
	@prettier --write --log-level warn .

.PHONY: verify
verify: deps ## Types, lint, layers, dead code, formatting, generated files, known vulnerabilities
	tsc -p .
	tsc -p src/domain
	oxlint --deny-warnings
	depcruise --config .dependency-cruiser.mjs --output-type err-long src scripts
	knip
	prettier --check --log-level warn .
	node scripts/generate-crds.ts --check
	node scripts/generate-rbac.ts --check
	node scripts/generate-chart.ts --check
	node scripts/report-performance.ts --check
	@node scripts/audit.ts

.PHONY: audit
audit: deps ## Known vulnerabilities of what ships; ARGS=--strict fails where the registry gives no answer
	@node scripts/audit.ts $(ARGS)

.PHONY: unit
unit: deps ## Unit and architecture tests
	vitest run --project unit

.PHONY: integration
integration: deps ## Tests against a real kube-apiserver with the real operator process
	vitest run --project integration

.PHONY: model
model: deps ## Search every interleaving of the shipped decisions, and catch seeded mutants; under 10 minutes
	@node test/model/main.ts $(ARGS)

.PHONY: soak
SEEDS ?= 2000
soak: deps ## Seeded runs of the whole operator on a simulated API server with faults; SEEDS=2000
	@node test/simulation/soak.ts --seeds $(SEEDS) $(ARGS)

.PHONY: faults
BUILDS ?= 200
faults: deps ## The real process and a real API server, killed, cut off and restored, at full length; BUILDS=200 FAULT_SEED=1
	FAULT_BUILDS=$(BUILDS) FAULT_SEED=$${FAULT_SEED:-$$RANDOM} vitest run --project faults

.PHONY: bench
bench: deps ## Measure the operator beside its limits, under 15 minutes; ARGS="--only throughput,latency --quick --json"
	@node test/bench/main.ts $(ARGS)

.PHONY: bench-report
bench-report: deps ## Measure, and write the table and the picture of docs/performance.md from it
	@node test/bench/main.ts --out docs/performance/run.json $(ARGS)
	@node scripts/report-performance.ts

.PHONY: alerts
alerts: ## Check the alerting rules with promtool, and make each alert fire
	test/alerts/promtool.sh check rules config/prometheus/rules.yaml
	test/alerts/promtool.sh test rules test/alerts/rules.test.yaml

.PHONY: test
test: verify ## Everything that must hold: verify, then all tests
	vitest run --project unit --project integration
